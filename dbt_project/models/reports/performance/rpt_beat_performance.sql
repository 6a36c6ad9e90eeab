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

final as (
    select
        seen.*,
        coalesce(subjects.timed_count, 0) as timed_count,
        subjects.* exclude (
            execution_kind, subject_id, timed_count, timed_session_count, outside_ms, between_beats_ms, queued_count, queue_wait_ms
        )
    from seen
    left join {{ ref('int_subjects__measured') }} as subjects
        on subjects.execution_kind = 'beat' and seen.beat_key = subjects.subject_id
)

select * from final
