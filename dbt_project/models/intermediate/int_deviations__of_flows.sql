{# Flows that did not end well, with where they stood and what waited behind them. #}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with flows as (
    select * from {{ ref('int_flows__rebuilt') }} as flow
    where {{ only_pending_sessions('flow') }}
),

beats as (
    select * from {{ ref('int_beats__aligned') }} as beat
    where {{ only_pending_sessions('beat') }}
),

-- Where an unended flow stood when the log ended; flows queued behind it never had their turn.
last_beats as (
    select
        flow_id,
        beat_number,
        topic,
        declared_handler_name
    from beats
    qualify row_number() over (partition by flow_id order by execution_number desc) = 1
),

blockers as (
    select session_id, {{ value_at_last('sequence_name', 'line_number') }} as sequence_name
    from flows
    where flow_status = 'incomplete'
    group by session_id
),

final as (
    select
        flows.session_id,
        flows.flow_id,
        case flow_status
            when 'failed' then 'failed_flow'
            when 'never_started' then 'never_started_flow'
            when 'cancelled' then 'cancelled_flow'
            else 'incomplete_flow'
        end as deviation_class,
        case flow_status when 'failed' then 'critical' when 'cancelled' then 'info' else 'warning' end as severity,
        flows.sequence_name,
        last_beats.beat_number,
        last_beats.topic,
        last_beats.declared_handler_name as handler_name,
        'a completed flow' as expected,
        case flow_status
            when 'never_started'
                then 'queued' || coalesce(' behind ' || blockers.sequence_name || ', which did not end', '')
                    || ', and the log ends before it starts'
            when 'incomplete'
                then 'the log ends ' || coalesce('in or after beat ' || last_beats.beat_number, 'before the first beat')
            else 'flow ' || flow_status || coalesce(' at beat ' || last_beats.beat_number, '')
        end as observed,
        1 as occurrence_count,
        flows.log_file_path,
        flows.line_number
    from flows
    left join last_beats
        on flows.flow_id = last_beats.flow_id
    left join blockers
        on flows.session_id = blockers.session_id
    where flows.flow_status <> 'completed'
)

select * from final
