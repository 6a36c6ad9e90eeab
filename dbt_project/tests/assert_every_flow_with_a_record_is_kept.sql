{# Starts and queue entries in the records all end in a flow: as many started flows as start records. #}

with starts as (
    select session_id, count(*) as start_count
    from {{ ref('stg_logs__log_records') }}
    where signal = 'flow_started'
    group by session_id
),

flows as (
    select session_id, count(*) as flow_count
    from {{ ref('fct_flows') }}
    where status <> 'never_started'
    group by session_id
)

select
    coalesce(starts.session_id, flows.session_id) as session_id,
    starts.start_count,
    flows.flow_count
from starts
full outer join flows
    on starts.session_id = flows.session_id
where starts.start_count is distinct from flows.flow_count
