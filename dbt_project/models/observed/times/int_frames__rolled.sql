{# Totals by rolling own times up the tree of frames, per session. #}

with frames as (
    select
        *,
        case
            when leaf_part is not null then 4
            when beat_part is not null then 3
            when movement_part is not null then 2
            else 1
        end as own_depth
    from {{ pending('int_frames__measured') }} as frame
),

rolled as (
    select
        frame_tree,
        session_id,
        sequence_part,
        movement_part,
        beat_part,
        leaf_part,
        4 - grouping(sequence_part) - grouping(movement_part) - grouping(beat_part) - grouping(leaf_part) as frame_depth,
        max(own_depth) as deepest,
        count(distinct flow_id) as flow_count,
        count(distinct beat_execution_id) as beat_count,
        count(*) as row_count,
        sum(self_ms) as total_ms,
        sum(case when own_depth = 1 then self_ms else 0 end) as sequence_self_ms,
        sum(case when own_depth = 2 then self_ms else 0 end) as movement_self_ms,
        sum(case when own_depth = 3 then self_ms else 0 end) as beat_self_ms
    from frames
    group by grouping sets (
        (frame_tree, session_id),
        (frame_tree, session_id, sequence_part),
        (frame_tree, session_id, sequence_part, movement_part),
        (frame_tree, session_id, sequence_part, movement_part, beat_part),
        (frame_tree, session_id, sequence_part, movement_part, beat_part, leaf_part)
    )
),

final as (
    select
        frame_tree,
        session_id,
        sequence_part,
        movement_part,
        beat_part,
        leaf_part,
        frame_depth,
        case frame_depth when 3 then beat_count when 4 then row_count else flow_count end as execution_count,
        cast(total_ms as decimal(18, 3)) as total_ms,
        cast(case frame_depth
            when 0 then 0
            when 1 then sequence_self_ms
            when 2 then movement_self_ms
            when 3 then beat_self_ms
            else total_ms
        end as decimal(18, 3)) as self_ms
    from rolled
    -- What lies higher up has no part at this depth, and is no frame of its own here.
    where deepest >= frame_depth
)

select * from final
