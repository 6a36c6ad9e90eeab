{# Of each session: the tree holds the durations and queue waits of its flows. More only where parts of a flow overlap or
   were timed more finely than the flow, which is at most a millisecond for each flow, movement and beat where none overlap. #}

with flows as (
    select
        session_id,
        sum(cast(duration_ms as decimal(18, 3)) + cast(coalesce(queue_wait_ms, 0) as decimal(18, 3))) as flow_ms
    from {{ ref('fct_flows') }}
    where duration_ms is not null
    group by session_id
),

roots as (
    select
        session_id,
        total_ms
    from {{ ref('rpt_flame_nodes') }}
    where frame_depth = 0 and frame_tree = 'elapsed'
)

select
    flows.session_id,
    flows.flow_ms,
    roots.total_ms
from flows
left join roots
    on flows.session_id = roots.session_id
where roots.total_ms is null or roots.total_ms < flows.flow_ms
