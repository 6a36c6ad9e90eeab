{# Silences that a declaration asks for: what ends them is a beat whose declared timing is to wait. #}

with gaps as (
    select * from {{ pending('int_gaps__placed') }} as gap
    where gap.flow_id is not null and gap.beat_execution_id is null
),

beats as (
    select
        beat.flow_id,
        beat.session_id,
        beat.line_number,
        beat.started_at,
        'beat ' || declared.beat_number || ' (' || declared.topic || ') is declared to wait: timing ' || declared.timing as wait_evidence
    from {{ pending('int_beats__aligned') }} as beat
    inner join {{ ref('stg_code__beats') }} as declared
        on beat.sequence_key = declared.sequence_key and beat.declared_position = declared.beat_position
    where {{ is_waiting_timing('declared.timing') }}
),

final as (
    select
        gaps.gap_id,
        gaps.session_id,
        beats.wait_evidence
    from gaps
    inner join beats
        on
            gaps.flow_id = beats.flow_id
            and beats.line_number >= gaps.next_line_number
            and beats.started_at between gaps.ended_at and gaps.ended_at + interval 50 millisecond
    qualify row_number() over (partition by gaps.gap_id order by beats.line_number) = 1
)

select * from final
