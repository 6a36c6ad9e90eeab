with judged as (
    select * from {{ source('measured', 'beat_pairs') }} where is_unusual
),

beats as (
    select * from {{ ref('int_beats__aligned') }}
),

final as (
    select
        {{ stable_id(['judged.beat_execution_id', 'judged.next_beat_execution_id']) }} as temporal_deviation_id,
        judged.flow_id,
        judged.session_id,
        judged.sequence_id,
        earlier.sequence_name,
        judged.beat_position,
        earlier.topic,
        later.topic as next_topic,
        judged.elapsed_ms,
        judged.expected_ms,
        judged.z_score,
        judged.session_pace,
        judged.training_execution_count,
        judged.training_session_count,
        earlier.log_file_path,
        earlier.line_number,
        later.line_number as next_line_number
    from judged
    inner join beats as earlier
        on judged.beat_execution_id = earlier.beat_execution_id
    inner join beats as later
        on judged.next_beat_execution_id = later.beat_execution_id
)

select * from final
