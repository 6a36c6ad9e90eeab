{# In the tree of where time goes, own time and parts are the whole, to the last microsecond; and nothing takes negative time. #}

with nodes as (
    select * from {{ ref('rpt_flame_nodes') }}
),

parts as (
    select
        session_id,
        parent_node_id,
        sum(total_ms) as parts_ms
    from nodes
    where parent_node_id is not null
    group by session_id, parent_node_id
)

select
    nodes.session_id,
    nodes.node_id,
    nodes.total_ms,
    nodes.self_ms,
    parts.parts_ms
from nodes
left join parts
    on nodes.session_id = parts.session_id and nodes.node_id = parts.parent_node_id
where nodes.total_ms <> nodes.self_ms + coalesce(parts.parts_ms, 0) or nodes.self_ms < 0
