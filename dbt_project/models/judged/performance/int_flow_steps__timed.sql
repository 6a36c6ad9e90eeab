{# The steps of completed flows, beats and the handlers in them, each with the time the flow waited for it alone. #}

with flows as (
    select flow_id, session_id, sequence_id, duration_ms from {{ ref('fct_flows') }}
    where status = 'completed' and duration_ms is not null and sequence_id is not null
),

-- A log that writes no calls does not say that a handler did not run.
called as (
    select distinct session_id from {{ ref('fct_handler_executions') }}
    where not is_inferred
),

beats as (
    select
        beats.beat_execution_id,
        beats.flow_id,
        beats.execution_number,
        coalesce(beats.beat_id, 'undeclared ' || coalesce(beats.topic, ''))
        || case when called.session_id is null then ' (calls unknown)' else '' end as beat_key,
        beats.beat_id,
        declared.beat_kind,
        beats.duration_ms,
        -- What lies before the first beat, another beat would have to wait for as well.
        greatest({{ milliseconds_between('lag(beats.ended_at) over in_order', 'beats.started_at') }}, 0) as pause_ms,
        {{ is_waiting_timing('declared.timing') }} as is_waiting
    from {{ ref('fct_beat_executions') }} as beats
    inner join flows on beats.flow_id = flows.flow_id
    left join called on flows.session_id = called.session_id
    left join {{ ref('dim_beats') }} as declared on beats.beat_id = declared.beat_id
    window in_order as (partition by beats.flow_id order by beats.execution_number)
),

-- Inside its beat, and not beside another handler of it.
handlers as (
    select
        beats.flow_id,
        beats.execution_number,
        beats.beat_key,
        beats.beat_kind,
        executed.handler_id,
        executed.line_number,
        nested.inside_us,
        nested.overlap_us,
        greatest(0, least(
            nested.inside_us,
            coalesce(lead(nested.started_us) over siblings - nested.started_us + 1000, nested.inside_us)
        ) - nested.overlap_us) as uncovered_us
    from beats
    inner join {{ ref('fct_handler_executions') }} as executed on beats.beat_execution_id = executed.beat_execution_id
    inner join {{ ref('int_executions__placed') }} as nested on executed.handler_execution_id = nested.execution_id
    where not executed.is_inferred
    window siblings as (partition by beats.beat_execution_id order by nested.started_us, executed.line_number)
),

final as (
    select
        flow_id,
        execution_number,
        cast(0 as bigint) as line_number,
        beat_key as step_key,
        beat_id,
        cast(null as varchar) as handler_id,
        cast(null as varchar) as beat_kind,
        duration_ms + coalesce(pause_ms, 0) as step_waited_ms,
        cast(null as double) as covered_ms,
        case when is_waiting then pause_ms else 0 end as declared_wait_ms
    from beats
    union all
    select
        flow_id, execution_number, line_number, beat_key || ' ' || coalesce(handler_id, ''), null, handler_id, beat_kind,
        uncovered_us / 1000.0, (inside_us - overlap_us) / 1000.0, 0
    from handlers
)

select * from final
