with seen as (
    select
        movement_id,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        min(movement_name) as movement_name,
        count(*) as execution_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(distinct session_id) as session_count
    from {{ ref('fct_movement_executions') }}
    group by movement_id
),

final as (
    select
        seen.*,
        coalesce(subjects.timed_count, 0) as timed_count,
        subjects.* exclude (
            execution_kind, subject_id, timed_count, timed_session_count, outside_ms, queued_count, queue_wait_ms
        )
    from seen
    left join {{ ref('int_subjects__measured') }} as subjects
        on subjects.execution_kind = 'movement' and seen.movement_id = subjects.subject_id
)

select * from final
