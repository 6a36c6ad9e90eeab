with nodes as (
    select * from {{ ref('int_frames__rolled') }}
),

sequences as (
    select
        coalesce(sequence_id, sequence_name) as sequence_part,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name
    from {{ ref('fct_flows') }}
    group by coalesce(sequence_id, sequence_name)
),

movements as (
    select
        sequence_part,
        movement_part,
        min(movement_order) as movement_order
    from {{ ref('int_beats__framed') }}
    group by sequence_part, movement_part
),

beats as (
    select
        sequence_part,
        movement_part,
        beat_part,
        min(beat_id) as beat_id,
        min(beat_name) as beat_name,
        min(beat_order) as beat_order
    from {{ ref('int_beats__framed') }}
    group by sequence_part, movement_part, beat_part
),

handlers as (
    select * from {{ ref('dim_handlers') }}
),

final as (
    select
        nodes.session_id,
        {{ node_id('nodes', 5) }} as node_id,
        case nodes.frame_depth
            when 1 then {{ node_id('nodes', 0) }}
            when 2 then {{ node_id('nodes', 1) }}
            when 3 then {{ node_id('nodes', 2) }}
            when 4 then {{ node_id('nodes', 3) }}
        end as parent_node_id,
        nodes.frame_tree,
        cast(nodes.frame_depth as bigint) as frame_depth,
        case
            when nodes.frame_depth = 0 then 'root'
            when nodes.frame_depth = 1 then 'sequence'
            when nodes.movement_part = 'queue_wait' then 'queue_wait'
            when nodes.frame_depth = 2 then 'movement'
            when nodes.frame_depth = 3 then 'beat'
            when nodes.leaf_part = 'call' then 'call'
            else 'handler'
        end as frame_kind,
        case
            when nodes.frame_depth = 0 then null
            when nodes.frame_depth = 1 then sequences.sequence_name
            when nodes.movement_part = 'queue_wait' then null
            when nodes.frame_depth = 2 then substring(nodes.movement_part, 10)
            when nodes.frame_depth = 3 then beats.beat_name
            when nodes.leaf_part <> 'call' then handlers.handler_name
        end as frame_name,
        cast(case nodes.frame_depth
            when 2 then coalesce(movements.movement_order, 0)
            when 3 then beats.beat_order
        end as bigint) as frame_order,
        sequences.sequence_id,
        beats.beat_id,
        handlers.handler_id,
        cast(nodes.execution_count as bigint) as execution_count,
        nodes.total_ms,
        nodes.self_ms
    from nodes
    left join sequences
        on nodes.sequence_part = sequences.sequence_part
    left join movements
        on nodes.sequence_part = movements.sequence_part and nodes.movement_part = movements.movement_part
    left join beats
        on
            nodes.sequence_part = beats.sequence_part
            and nodes.movement_part = beats.movement_part
            and nodes.beat_part = beats.beat_part
    left join handlers
        on nodes.leaf_part = handlers.handler_id
)

select * from final
