{# Executions worth opening: the one nearest to the median, the one nearest to the 95th percentile, and the slowest. Below 20
   executions there is no percentile to be near to (docs_site/docs/help/numbers.md), so only the slowest is given. #}

with times as (
    select * from {{ ref('fct_execution_times') }}
),

measured as (
    select
        execution_kind,
        subject_id,
        count(*) as timed_count,
        {{ percentile('duration_ms', 0.5) }} as p50_ms,
        {{ percentile('duration_ms', 0.95) }} as p95_ms
    from times
    group by execution_kind, subject_id
),

ranked as (
    select
        times.*,
        measured.timed_count,
        row_number() over (
            partition by times.execution_kind, times.subject_id
            order by abs(times.duration_ms - measured.p50_ms), times.execution_id
        ) as median_rank,
        row_number() over (
            partition by times.execution_kind, times.subject_id
            order by abs(times.duration_ms - measured.p95_ms), times.execution_id
        ) as p95_rank,
        row_number() over (
            partition by times.execution_kind, times.subject_id
            order by times.duration_ms desc, times.execution_id asc
        ) as slowest_rank
    from times
    inner join measured
        on times.execution_kind = measured.execution_kind and times.subject_id = measured.subject_id
),

chosen as (
    select *, 'median' as exemplar, 1 as exemplar_number from ranked where median_rank = 1 and timed_count >= 20
    union all
    select *, '95th percentile', 2 from ranked where p95_rank = 1 and timed_count >= 20
    union all
    select *, 'slowest', 3 from ranked where slowest_rank = 1
),

final as (
    select
        chosen.execution_kind,
        chosen.subject_id,
        chosen.exemplar,
        cast(chosen.exemplar_number as bigint) as exemplar_number,
        chosen.execution_id,
        chosen.flow_id,
        chosen.session_id,
        flow.sequence_name,
        chosen.started_at,
        chosen.duration_ms,
        chosen.line_number,
        chosen.timed_count
    from chosen
    left join {{ ref('fct_flows') }} as flow
        on chosen.flow_id = flow.flow_id
)

select * from final
