with moves as (
    select * from {{ source('measured', 'variant_moves') }}
),

beats as (
    select * from {{ ref('dim_beats') }}
),

final as (
    select
        {{ stable_id(['moves.variant_id', 'moves.move_number']) }} as alignment_move_id,
        moves.variant_id,
        moves.sequence_id,
        moves.move_number,
        moves.move_kind,
        moves.deviation_class,
        moves.topic,
        beats.beat_id,
        moves.beat_position,
        moves.beat_number,
        moves.execution_number,
        moves.move_cost,
        moves.alignment_cost,
        moves.worst_cost,
        moves.fitness
    from moves
    left join beats
        on moves.sequence_id = beats.sequence_id and moves.beat_position = beats.beat_position
)

select * from final
