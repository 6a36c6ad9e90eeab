with seen as (
    select
        coalesce(sequence_id, {{ stable_id(['sequence_name']) }}) as sequence_key,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        min(plugin_name) as plugin_name,
        count(*) as flow_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(distinct session_id) as session_count
    from {{ ref('fct_flows') }}
    group by 1
),

summed as (
    select * from {{ ref('int_subjects__summed') }}
    where execution_kind = 'sequence'
),

measured as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'sequence'
),

waits as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'queue_wait'
),

final as (
    select
        seen.sequence_key as sequence_subject_id,
        seen.sequence_id,
        seen.sequence_name,
        seen.plugin_name,
        seen.flow_count,
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
        measured.trend_high_ms,
        coalesce(summed.queued_count, 0) as queued_count,
        summed.queue_wait_ms as queue_wait_total_ms,
        waits.p50_ms as queue_wait_p50_ms,
        waits.p95_ms as queue_wait_p95_ms,
        waits.p95_low_ms as queue_wait_p95_low_ms,
        waits.p95_high_ms as queue_wait_p95_high_ms
    from seen
    left join summed
        on seen.sequence_key = summed.subject_id
    left join measured
        on seen.sequence_key = measured.subject_id
    left join waits
        on seen.sequence_key = waits.subject_id
)

select * from final
