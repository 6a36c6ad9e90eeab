{# Executions of handlers: their calls, or their state rows where a log writes no calls, and which handler it was. #}

with calls as (
    select * from {{ pending('int_handler_calls__paired') }}
),

-- Older logs write no call; the state row a handler leaves behind is the only trace that it ran.
inferred as (
    select record.*
    from {{ pending('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged')
        and record.session_id not in (select call.session_id from calls as call)
),

beats as (
    select * from {{ pending('int_beats__rebuilt') }}
),

-- It may be written after its beat, even in the next flow: its beat is the latest one with its topic.
inferred_in_beats as (
    select
        inferred.* exclude (flow_number, execution_number),
        coalesce(beats.flow_number, inferred.flow_number) as flow_number,
        coalesce(beats.execution_number, inferred.execution_number) as execution_number
    from inferred
    {{ latest_before('inferred', 'beats', ['session_id', 'topic'], kind='left') }}
),

traces as (
    select
        session_id,
        flow_number,
        execution_number,
        topic,
        subscriber_index,
        logged_handler_name,
        logged_plugin_name,
        cast(null as varchar) as logged_sequence_name,
        false as is_inferred,
        called_at,
        coalesce(own_started_at, called_at) as started_at,
        coalesce(
            stated_duration_ms,
            -- A difference of two clock readings has no more decimals than they have: cut what floats add.
            round(greatest(settled_clock_ms - own_start_clock_ms, 0), 3),
            {{ milliseconds_between('coalesce(own_started_at, called_at)', 'settled_at') }}
        ) as settled_duration_ms,
        stated_duration_ms is not null as is_duration_stated,
        case when stated_duration_ms is null then round(returned_clock_ms - called_clock_ms, 3) end as dispatch_duration_ms,
        settled_line_number is not null as is_settled,
        log_file_path,
        line_number
    from calls
    union all
    select
        session_id, flow_number, execution_number, topic, null, handler_name, plugin_name, sequence_name,
        true, null, emitted_at, null, false, null, true, log_file_path, line_number
    from inferred_in_beats
),

-- Whose subscription was called: the log's own words, else the topic's list of subscribers, else the flow's sequence.
subscribed as (
    select
        traces.*,
        flows.request_id,
        beats.beat_number,
        beats.end_line_number as beat_end_line_number,
        coalesce(named.sequence_key, subscription.sequence_key, flows.sequence_key) as subscribed_sequence_key,
        subscription.plugin_name as subscribed_plugin_name
    from traces
    left join {{ pending('int_flows__rebuilt') }} as flows
        on traces.session_id = flows.session_id and traces.flow_number = flows.flow_number
    left join beats
        on
            traces.session_id = beats.session_id
            and traces.flow_number = beats.flow_number
            and traces.execution_number = beats.execution_number
    left join {{ pending('fct_subscriptions') }} as subscription
        on
            traces.session_id = subscription.session_id
            and traces.topic = subscription.topic
            and traces.subscriber_index = subscription.subscriber_index
            and subscription.is_current
    left join {{ ref('stg_code__sequences') }} as named
        on traces.logged_sequence_name = named.sequence_name and named.is_primary
    qualify row_number() over (
        partition by traces.session_id, traces.line_number order by named.sequence_key
    ) = 1
),

final as (
    select
        {{ stable_id(['subscribed.session_id', 'subscribed.line_number', "'handler'"]) }} as handler_execution_id,
        subscribed.* exclude (logged_handler_name, logged_plugin_name, logged_sequence_name, subscribed_plugin_name),
        sequence.sequence_name as subscribed_sequence_name,
        coalesce(subscribed.logged_handler_name, beat.handler_name) as handler_name,
        coalesce(subscribed.logged_plugin_name, subscribed.subscribed_plugin_name, sequence.plugin_name) as plugin_name
    from subscribed
    left join {{ ref('stg_code__beats') }} as beat
        on subscribed.subscribed_sequence_key = beat.sequence_key and subscribed.topic = beat.topic
    left join {{ ref('stg_code__sequences') }} as sequence
        on subscribed.subscribed_sequence_key = sequence.sequence_key and sequence.is_primary
    qualify row_number() over (
        partition by subscribed.session_id, subscribed.line_number
        order by coalesce(beat.beat_number = subscribed.beat_number, false) desc, beat.beat_position
    ) = 1
)

select * from final
