with seen as (
    select
        coalesce(sequence_id, {{ stable_id(['sequence_name']) }}) as sequence_subject_id,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        min(plugin_name) as plugin_name,
        count(*) as flow_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(distinct session_id) as session_count
    from {{ ref('fct_flows') }}
    group by 1
),

waits as (
    select * from {{ source('measured', 'duration_statistics') }}
    where execution_kind = 'queue_wait'
),

final as (
    select
        seen.*,
        coalesce(subjects.timed_count, 0) as timed_count,
        coalesce(subjects.queued_count, 0) as queued_count,
        subjects.queue_wait_ms as queue_wait_total_ms,
        waits.p50_ms as queue_wait_p50_ms,
        waits.p95_ms as queue_wait_p95_ms,
        waits.p95_low_ms as queue_wait_p95_low_ms,
        waits.p95_high_ms as queue_wait_p95_high_ms,
        subjects.* exclude (
            execution_kind, subject_id, timed_count, timed_session_count, outside_ms, between_beats_ms, queued_count, queue_wait_ms
        )
    from seen
    left join {{ ref('int_subjects__measured') }} as subjects
        on subjects.execution_kind = 'sequence' and seen.sequence_subject_id = subjects.subject_id
    left join waits on seen.sequence_subject_id = waits.subject_id
)

select * from final
