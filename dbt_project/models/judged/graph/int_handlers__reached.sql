{# Why a handler that never ran could not or did not: what leads to its sequences, and what production did with them. #}

with declared as (
    select distinct
        beat.handler_id,
        beat.sequence_id,
        beat.topic
    from {{ ref('dim_beats') }} as beat
),

flows as (
    select sequence_id, count(*) as flow_count
    from {{ ref('fct_flows') }}
    where status <> 'never_started' and sequence_id is not null
    group by sequence_id
),

sequences as (
    select
        sequence.sequence_id,
        count(route.sequence_key) as route_count
    from {{ ref('dim_sequences') }} as sequence
    left join {{ ref('stg_code__topic_routes') }} as route
        on sequence.sequence_key = route.sequence_key
    group by sequence.sequence_id
),

final as (
    select
        declared.handler_id,
        count(distinct declared.sequence_id) as sequence_count,
        sum(sequences.route_count) as route_count,
        sum(coalesce(flows.flow_count, 0)) as flow_count
    from declared
    inner join sequences on declared.sequence_id = sequences.sequence_id
    left join flows on declared.sequence_id = flows.sequence_id
    group by declared.handler_id
)

select * from final
