with seen as (
    select
        movement_id as movement_key,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        min(movement_name) as movement_name,
        count(*) as execution_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(distinct session_id) as session_count
    from {{ ref('fct_movement_executions') }}
    group by movement_id
),

summed as (
    select * from {{ ref('int_subjects__summed') }}
    where execution_kind = 'movement'
),

measured as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'movement'
),

final as (
    select
        seen.movement_key as movement_id,
        seen.sequence_id,
        seen.sequence_name,
        seen.movement_name,
        seen.execution_count,
        seen.failed_count,
        coalesce(summed.timed_count, 0) as timed_count,
        seen.session_count,
        summed.total_ms,
        summed.self_ms,
        summed.between_beats_ms,
        summed.share_pct,
        summed.session_share_pct,
        summed.mean_ms,
        summed.min_ms,
        measured.p50_ms,
        measured.p50_low_ms,
        measured.p50_high_ms,
        measured.p90_ms,
        measured.p90_low_ms,
        measured.p90_high_ms,
        measured.p95_ms,
        measured.p95_low_ms,
        measured.p95_high_ms,
        measured.p99_ms,
        measured.p99_low_ms,
        measured.p99_high_ms,
        summed.max_ms,
        summed.duration_resolution_ms,
        measured.trend_session_count,
        measured.trend_ms,
        measured.trend_low_ms,
        measured.trend_high_ms
    from seen
    left join summed
        on seen.movement_key = summed.subject_id
    left join measured
        on seen.movement_key = measured.subject_id
)

select * from final
