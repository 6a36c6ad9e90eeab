with beats as (
    select
        *,
        coalesce(beat_id, {{ stable_id(['sequence_name', "coalesce(topic, cast(beat_number as varchar))"]) }}) as beat_key
    from {{ ref('fct_beat_executions') }}
),

seen as (
    select
        beat_key,
        min(beat_id) as beat_id,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        min(movement_name) as movement_name,
        min(beat_number) as beat_number,
        min(beat_title) as beat_title,
        min(topic) as topic,
        count(*) as execution_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(distinct session_id) as session_count
    from beats
    group by beat_key
),

summed as (
    select * from {{ ref('int_subjects__summed') }}
    where execution_kind = 'beat'
),

measured as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'beat'
),

final as (
    select
        seen.beat_key,
        seen.beat_id,
        seen.sequence_id,
        seen.sequence_name,
        seen.movement_name,
        seen.beat_number,
        seen.beat_title,
        seen.topic,
        seen.execution_count,
        seen.failed_count,
        coalesce(summed.timed_count, 0) as timed_count,
        seen.session_count,
        summed.total_ms,
        summed.self_ms,
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
        on seen.beat_key = summed.subject_id
    left join measured
        on seen.beat_key = measured.subject_id
)

select * from final
