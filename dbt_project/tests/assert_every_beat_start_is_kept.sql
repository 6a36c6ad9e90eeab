{# As many beat executions as beat start records inside flows. #}

with starts as (
    select session_id, count(*) as start_count
    from {{ ref('int_records__correlated') }}
    where signal = 'beat_started' and flow_number > 0
    group by session_id
),

beats as (
    select session_id, count(*) as beat_count
    from {{ ref('fct_beat_executions') }}
    group by session_id
)

select
    coalesce(starts.session_id, beats.session_id) as session_id,
    starts.start_count,
    beats.beat_count
from starts
full outer join beats
    on starts.session_id = beats.session_id
where starts.start_count is distinct from beats.beat_count
