{# Savings count the sessions of the whole window, not those that ran the handler: the volume seen is what it would gain. #}

with executions as (
    select
        handler.*,
        awaited.critical_us,
        awaited.uncovered_us,
        -- What lies in no beat is taken to be waited for: nothing shows that it was not.
        least(
            awaited.critical_us / 1000.0,
            case when times.parent_execution_id is null then times.duration_ms else times.inside_ms end
        ) as waited_ms
    from {{ ref('fct_handler_executions') }} as handler
    left join {{ ref('fct_execution_times') }} as times
        on handler.handler_execution_id = times.execution_id and times.execution_kind = 'handler'
    left join {{ source('measured', 'critical_stretches') }} as awaited
        on handler.handler_execution_id = awaited.handler_execution_id
),

seen as (
    select
        handler_id as handler_key,
        count(*) as execution_count,
        count(distinct session_id) as session_count,
        count(case when status = 'error' then 1 end) as error_count,
        count(case when end_evidence = 'state_row' then 1 end) as late_end_count
    from executions
    group by handler_id
),

sessions as (
    select count(*) as session_count from {{ ref('dim_sessions') }}
),

subjects as (
    select * from {{ ref('int_subjects__measured') }}
    where execution_kind = 'handler'
),

-- What is above the median, as far as it lies on the critical path and nothing else would take its place there.
savings as (
    select
        executions.handler_id,
        sum(coalesce(executions.critical_us, 0)) / 1000.0 as critical_ms,
        {{ sum_in_any_order('coalesce(executions.waited_ms, 0)') }} as waited_ms,
        {{ sum_in_any_order('least(greatest(executions.duration_ms - subjects.p50_ms, 0), coalesce(executions.uncovered_us, 0) / 1000.0)') }} as saving_ms
    from executions
    inner join subjects on executions.handler_id = subjects.subject_id
    where executions.duration_ms is not null
    group by executions.handler_id
),

final as (
    select
        seen.handler_key as handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        seen.execution_count,
        seen.error_count,
        seen.late_end_count,
        coalesce(subjects.timed_count, 0) as timed_count,
        seen.session_count,
        subjects.* exclude (
            execution_kind, subject_id, timed_count, timed_session_count, between_beats_ms, queued_count, queue_wait_ms
        ),
        savings.critical_ms,
        savings.waited_ms,
        savings.waited_ms / sessions.session_count as waited_per_session_ms,
        savings.critical_ms / sessions.session_count as critical_per_session_ms,
        case when subjects.p50_ms is not null then savings.saving_ms / sessions.session_count end as saving_per_session_ms,
        handlers.code_file_path,
        handlers.code_line_number
    from seen
    inner join {{ ref('dim_handlers') }} as handlers
        on seen.handler_key = handlers.handler_id
    cross join sessions
    left join subjects
        on seen.handler_key = subjects.subject_id
    left join savings
        on seen.handler_key = savings.handler_id
)

select * from final
