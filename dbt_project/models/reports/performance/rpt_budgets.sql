{# Budgets beside what was measured. Percentiles need as many executions as elsewhere: 20, the 99th 100; below that there is
   only the longest. What a pattern matches and never ran is told once per budget, not once per thing. #}

with matched as (
    select * from {{ ref('int_budgets__matched') }}
),

executions as (
    select execution_kind as subject_kind, subject_id, execution_id, session_id, duration_ms, started_at, line_number
    from {{ ref('fct_execution_times') }}
    where execution_kind <> 'movement'
    union all
    select 'start_up', 'start_up', start.session_id as execution_id, start.session_id, start.startup_ms, session.started_at, 1
    from {{ ref('fct_session_starts') }} as start
    inner join {{ ref('dim_sessions') }} as session on start.session_id = session.session_id
    where start.startup_ms is not null
),

compared as (
    select
        matched.budget_id,
        matched.subject_id,
        executions.* exclude (subject_kind, subject_id),
        executions.duration_ms > matched.limit_ms as is_over,
        row_number() over (
            partition by matched.budget_id, matched.subject_id
            order by executions.duration_ms desc, executions.execution_id asc
        ) as slowest_rank
    from matched
    inner join executions
        on matched.subject_kind = executions.subject_kind and matched.subject_id = executions.subject_id
),

measured as (
    select
        budget_id,
        subject_id,
        count(*) as timed_count,
        count(distinct session_id) as session_count,
        {{ percentile('duration_ms', 0.5) }} as median_ms,
        {{ percentile('duration_ms', 0.95) }} as p95_ms,
        {{ percentile('duration_ms', 0.99) }} as p99_ms,
        max(duration_ms) as max_ms,
        count(case when is_over then 1 end) as over_count,
        count(distinct case when is_over then session_id end) as over_session_count,
        min(case when is_over then started_at end) as first_over_at,
        max(case when is_over then started_at end) as last_over_at,
        max(case when slowest_rank = 1 then session_id end) as session_id,
        max(case when slowest_rank = 1 then line_number end) as line_number
    from compared
    group by budget_id, subject_id
),

judged as (
    select
        matched.*,
        measured.* exclude (budget_id, subject_id),
        case
            when matched.statistic = 'max' then measured.max_ms
            when matched.statistic = 'p99' and measured.timed_count >= 100 then measured.p99_ms
            when matched.statistic = 'p95' and measured.timed_count >= 20 then measured.p95_ms
            when matched.statistic = 'median' and measured.timed_count >= 20 then measured.median_ms
        end as actual_ms,
        count(measured.timed_count) over (partition by matched.budget_id) as seen_count,
        row_number() over (partition by matched.budget_id order by matched.subject_name, matched.subject_id) as place_number
    from matched
    left join measured on matched.budget_id = measured.budget_id and matched.subject_id = measured.subject_id
),

final as (
    select
        {{ stable_id(['judged.budget_id', "case when judged.seen_count > 0 then judged.subject_id end"]) }} as budget_subject_id,
        judged.budget_id, judged.budget_origin, judged.subject_kind, judged.name_pattern, judged.statistic,
        judged.limit_ms, judged.severity, judged.source_file_path, judged.source_line_number, judged.source_key,
        case when judged.seen_count > 0 then judged.subject_id end as subject_id,
        case when judged.seen_count > 0 then judged.subject_name end as subject_name,
        case
            when judged.subject_id is null then 'matches_nothing'
            when judged.timed_count is null then 'never_ran'
            when judged.actual_ms is null then 'too_few'
            when judged.actual_ms > judged.limit_ms then 'over'
            else 'met'
        end as verdict,
        case when judged.actual_ms is not null then judged.actual_ms <= judged.limit_ms end as is_met,
        judged.actual_ms,
        judged.max_ms,
        coalesce(judged.timed_count, 0) as timed_count,
        coalesce(judged.session_count, 0) as session_count,
        coalesce(judged.over_count, 0) as over_count,
        100.0 * judged.over_count / judged.timed_count as over_pct,
        coalesce(judged.over_session_count, 0) as over_session_count,
        judged.first_over_at,
        judged.last_over_at,
        judged.session_id,
        session.log_file_path,
        judged.line_number
    from judged
    left join {{ ref('dim_sessions') }} as session on judged.session_id = session.session_id
    where judged.timed_count > 0 or (judged.seen_count = 0 and judged.place_number = 1)
)

select * from final
