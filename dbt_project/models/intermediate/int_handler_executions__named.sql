{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with calls as (
    select * from {{ ref('int_handler_calls__paired') }} as call
    where {{ only_pending_sessions('call') }}
),

records as (
    select * from {{ ref('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged', 'handler_failed')
        and {{ only_pending_sessions('record') }}
),

-- Older logs write no call; the state row a handler leaves behind is the only trace that it ran.
inferred as (
    select record.*
    from records as record
    where
        record.signal in ('state_changed', 'state_unchanged')
        and record.session_id not in (select call.session_id from calls as call)
),

-- It may be written after its beat, even in the next flow: its beat is the latest one with its topic.
inferred_in_beats as (
    select
        inferred.* exclude (flow_number, execution_number),
        coalesce(beat.flow_number, inferred.flow_number) as flow_number,
        coalesce(beat.execution_number, inferred.execution_number) as execution_number
    from inferred
    left join {{ ref('int_beats__rebuilt') }} as beat
        on
            inferred.session_id = beat.session_id
            and inferred.topic = beat.topic
            and inferred.line_number > beat.line_number
    qualify row_number() over (
        partition by inferred.session_id, inferred.line_number order by beat.line_number desc
    ) = 1
),

observed as (
    select
        session_id, flow_number, execution_number, topic, subscriber_index,
        logged_handler_name, logged_plugin_name, cast(null as varchar) as logged_sequence_name,
        false as is_inferred, called_at,
        coalesce(own_started_at, called_at) as started_at,
        coalesce(
            stated_duration_ms,
            -- A difference of two clock readings has no more decimals than they have: cut what floats add.
            round(greatest(settled_clock_ms - own_start_clock_ms, 0), 3),
            {{ milliseconds_between('coalesce(own_started_at, called_at)', 'settled_at') }}
        ) as duration_ms,
        case when stated_duration_ms is null then round(returned_clock_ms - called_clock_ms, 3) end as dispatch_duration_ms,
        settled_line_number is not null as is_settled,
        log_file_path, line_number
    from calls
    union all
    select
        session_id, flow_number, execution_number, topic, null, handler_name, plugin_name, sequence_name,
        true, null, emitted_at, null, null, true, log_file_path, line_number
    from inferred_in_beats
),

flows as (
    select session_id, flow_number, sequence_key from {{ ref('int_flows__rebuilt') }} as flow
    where {{ only_pending_sessions('flow') }}
),

beats as (
    select session_id, flow_number, execution_number, beat_number from {{ ref('int_beats__rebuilt') }} as beat
    where {{ only_pending_sessions('beat') }}
),

-- Whose subscription was called: the log's own words, else the topic's list of subscribers, else the flow's sequence.
subscribed as (
    select
        observed.*,
        flows.sequence_key as flow_sequence_key,
        beats.beat_number,
        coalesce(named.sequence_key, subscription.sequence_key, flows.sequence_key) as subscribed_sequence_key,
        subscription.plugin_name as subscribed_plugin_name,
        subscription.line_number as subscription_line_number
    from observed
    left join flows
        on observed.session_id = flows.session_id and observed.flow_number = flows.flow_number
    left join beats
        on
            observed.session_id = beats.session_id
            and observed.flow_number = beats.flow_number
            and observed.execution_number = beats.execution_number
    left join {{ ref('int_subscriptions__ordered') }} as subscription
        on
            observed.session_id = subscription.session_id
            and observed.topic = subscription.topic
            and observed.subscriber_index = subscription.subscriber_index
    left join {{ ref('stg_code__sequences') }} as named
        on observed.logged_sequence_name = named.sequence_name and named.is_primary
    qualify row_number() over (
        partition by observed.session_id, observed.line_number order by named.sequence_key
    ) = 1
),

declared as (
    select
        subscribed.*,
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
),

-- A failure row names its handler; it belongs to that handler's latest call before it.
failures as (
    select
        declared.session_id,
        declared.line_number,
        failed.error_class,
        failed.error_message,
        failed.line_number as error_line_number
    from records as failed
    inner join declared
        on
            failed.signal = 'handler_failed'
            and failed.session_id = declared.session_id
            and failed.handler_name = declared.handler_name
            and failed.plugin_name = declared.plugin_name
            and failed.line_number > declared.line_number
    qualify row_number() over (
        partition by failed.session_id, failed.line_number order by declared.line_number desc
    ) = 1
),

final as (
    select
        {{ stable_id(['declared.session_id', 'declared.line_number', "'handler'"]) }} as handler_execution_id,
        declared.*,
        case
            when failures.line_number is not null then 'error'
            else 'ok'
        end as handler_status,
        failures.error_class,
        failures.error_message,
        failures.error_line_number
    from declared
    left join failures
        on declared.session_id = failures.session_id and declared.line_number = failures.line_number
)

select * from final
