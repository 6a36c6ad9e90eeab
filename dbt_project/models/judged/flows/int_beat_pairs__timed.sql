{# Consecutive declared beats that ran one right after the other, with the time from start to start. A retry is left out:
   it waits by design. #}

with beats as (
    select
        *,
        lead(beat_execution_id) over flow as next_beat_execution_id,
        lead(declared_position) over flow as next_position,
        lead(started_at) over flow as next_started_at,
        lead(is_retry) over flow as is_next_retry
    from {{ ref('int_beats__aligned') }}
    window flow as (partition by flow_id order by execution_number)
),

final as (
    select
        flow_id,
        session_id,
        {{ stable_id(['sequence_key']) }} as sequence_id,
        declared_position as beat_position,
        beat_execution_id,
        next_beat_execution_id,
        {{ milliseconds_between('started_at', 'next_started_at') }} as elapsed_ms
    from beats
    where
        next_position = declared_position + 1
        and started_at is not null
        and next_started_at is not null
        and not coalesce(is_next_retry, false)
)

select * from final
