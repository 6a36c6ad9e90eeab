{# Each place of the tree stands there once per session, and hangs on a place that is there too. #}

with nodes as (
    select * from {{ ref('rpt_flame_nodes') }}
)

select
    nodes.session_id,
    nodes.node_id,
    count(*) as row_count,
    count(parents.node_id) as parent_count
from nodes
left join nodes as parents
    on nodes.session_id = parents.session_id and nodes.parent_node_id = parents.node_id
group by nodes.session_id, nodes.node_id, nodes.frame_depth
having count(*) <> 1 or (nodes.frame_depth > 0 and count(parents.node_id) <> 1)
