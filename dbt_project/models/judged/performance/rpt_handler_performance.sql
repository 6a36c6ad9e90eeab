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

summed as (
    select * from {{ ref('int_subjects__summed') }}
    where execution_kind = 'handler'
),

measured as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'handler'
),

-- What is above the median, as far as it lies on the critical path and nothing else would take its place there.
savings as (
    select
        executions.handler_id,
        sum(coalesce(executions.critical_us, 0)) / 1000.0 as critical_ms,
        {{ sum_in_any_order('coalesce(executions.waited_ms, 0)') }} as waited_ms,
        {{ sum_in_any_order('least(greatest(executions.duration_ms - measured.p50_ms, 0), coalesce(executions.uncovered_us, 0) / 1000.0)') }} as saving_ms
    from executions
    inner join measured on executions.handler_id = measured.subject_id
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
        coalesce(summed.timed_count, 0) as timed_count,
        seen.session_count,
        summed.total_ms,
        summed.self_ms,
        summed.outside_ms,
        summed.share_pct,
        summed.session_share_pct,
        summed.mean_ms,
        summed.min_ms,
        measured.p50_ms, measured.p50_low_ms, measured.p50_high_ms,
        measured.p90_ms, measured.p90_low_ms, measured.p90_high_ms,
        measured.p95_ms, measured.p95_low_ms, measured.p95_high_ms,
        measured.p99_ms, measured.p99_low_ms, measured.p99_high_ms,
        summed.max_ms,
        summed.duration_resolution_ms,
        measured.trend_session_count,
        measured.trend_ms,
        measured.trend_low_ms,
        measured.trend_high_ms,
        savings.critical_ms,
        savings.waited_ms,
        savings.waited_ms / sessions.session_count as waited_per_session_ms,
        savings.critical_ms / sessions.session_count as critical_per_session_ms,
        case when measured.p50_ms is not null then savings.saving_ms / sessions.session_count end as saving_per_session_ms,
        handlers.code_file_path,
        handlers.code_line_number
    from seen
    inner join {{ ref('dim_handlers') }} as handlers
        on seen.handler_key = handlers.handler_id
    cross join sessions
    left join summed
        on seen.handler_key = summed.subject_id
    left join measured
        on seen.handler_key = measured.subject_id
    left join savings
        on seen.handler_key = savings.handler_id
)

select * from final
