-- What went before the example of a group: up to fifteen steps of its flow, and what users and topics did before.
with examples as (
    select failed.error_group_id, failed.error_id, failed.session_id, failed.line_number, error.flow_number
    from {{ ref('fct_errors') }} as failed
    left join {{ ref('int_errors__collected') }} as error on failed.error_id = error.error_id
    where not failed.is_consequence
    qualify row_number() over (
        partition by failed.error_group_id
        order by
            (failed.flow_id is not null) desc, failed.seen_at desc nulls last, failed.log_file_path desc,
            failed.line_number desc
    ) = 1
),

records as (
    select * from {{ ref('int_records__correlated') }}
    where
        session_id in (select session_id from examples)
        and signal in (
            'user_acted', 'topic_published', 'flow_started', 'movement_started', 'beat_started', 'state_changed',
            'subscribers_absent', 'beat_failed', 'handler_failed', 'network_failed', 'beat_retried'
        )
),

-- Steps of other flows lead nowhere; what started this one does. An error outside of flows has all steps before it.
streams as (
    select session_id, line_number, 'all' as stream from records
    union all
    select session_id, line_number, 'flow ' || flow_number from records
    where signal not in ('user_acted', 'topic_published', 'network_failed')
    union all
    select session_id, line_number, 'starts' from records
    where signal in ('user_acted', 'topic_published', 'network_failed')
),

numbered as (
    select *, row_number() over (partition by session_id, stream order by line_number) as place from streams
),

wanted as (
    select *, 'all' as stream from examples where coalesce(flow_number, 0) = 0
    union all
    select *, 'flow ' || flow_number from examples where flow_number <> 0
    union all
    select *, 'starts' from examples where flow_number <> 0
),

-- The last step before the error, and the fourteen before that.
near as (
    select
        wanted.error_group_id, wanted.error_id, wanted.session_id, wanted.stream,
        {{ each_whole_number('numbered.place - 14', 'numbered.place') }} as place
    from wanted
    {{ latest_before('wanted', 'numbered', ['session_id', 'stream'], at='line_number - 1') }}
),

steps as (
    select
        near.error_group_id, near.error_id, records.*, coalesce(records.topic, beats.topic) as beat_topic,
        row_number() over (partition by near.error_group_id order by records.line_number desc) as step_number
    from near
    inner join numbered
        on near.session_id = numbered.session_id and near.stream = numbered.stream and near.place = numbered.place
    inner join records
        on near.session_id = records.session_id and numbered.line_number = records.line_number
    left join {{ ref('int_beats__rebuilt') }} as beats
        on records.session_id = beats.session_id and records.line_number = beats.line_number
    qualify step_number <= 15
),

final as (
    select
        error_group_id,
        error_id,
        step_number,
        signal as step_kind,
        case signal
            when 'user_acted' then user_action
            when 'topic_published' then topic
            when 'flow_started' then sequence_name
            when 'movement_started' then movement_name
            when 'beat_started' then 'beat ' || beat_number || coalesce(': ' || beat_topic, '')
            when 'beat_retried' then 'beat ' || beat_number
            when 'state_changed' then coalesce(handler_name || ': ', '') || coalesce(state_change, '')
            when 'network_failed' then coalesce(network_url, '') || ' ' || coalesce(error_message, '')
            when 'subscribers_absent' then topic
            else coalesce(handler_name || ': ', '') || coalesce(error_message, message)
        end as step_text,
        emitted_at,
        session_id,
        log_file_path,
        line_number
    from steps
)

select * from final
