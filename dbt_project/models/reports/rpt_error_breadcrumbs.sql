-- What went before the example of a group: up to fifteen steps of its flow, and what users and topics did before.
with examples as (
    select error_group_id, error_id, session_id, line_number
    from {{ ref('fct_errors') }}
    where not is_consequence
    qualify row_number() over (
        partition by error_group_id
        order by (flow_id is not null) desc, seen_at desc nulls last, log_file_path desc, line_number desc
    ) = 1
),

records as (
    select * from {{ ref('int_records__correlated') }}
    where
        signal in (
            'user_acted', 'topic_published', 'flow_started', 'movement_started', 'beat_started', 'state_changed',
            'subscribers_absent', 'beat_failed', 'handler_failed', 'network_failed', 'beat_retried'
        )
),

near as (
    select
        examples.error_group_id,
        examples.error_id,
        records.*,
        coalesce(records.topic, beats.topic) as beat_topic
    from examples
    inner join records
        on examples.session_id = records.session_id
    left join {{ ref('int_beats__rebuilt') }} as beats
        on records.session_id = beats.session_id and records.line_number = beats.line_number
    left join {{ ref('int_errors__collected') }} as error
        on examples.error_id = error.error_id
    where
        records.line_number < examples.line_number
        -- Steps of other flows lead nowhere; what started this one does.
        and (
            error.flow_number is null or error.flow_number = 0 or records.flow_number = error.flow_number
            or records.signal in ('user_acted', 'topic_published', 'network_failed')
        )
    qualify row_number() over (
        partition by examples.error_group_id order by records.line_number desc
    ) <= 15
),

final as (
    select
        error_group_id,
        error_id,
        row_number() over (partition by error_group_id order by line_number desc) as step_number,
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
    from near
)

select * from final
