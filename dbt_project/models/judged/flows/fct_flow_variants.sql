with flows as (
    select * from {{ ref('fct_flows') }} where status <> 'never_started'
),

observed as (
    select
        variant_id,
        first_flow_id,
        array_agg(coalesce(topic, '?') order by execution_number) as topics,
        count(execution_number) as beat_execution_count
    from {{ ref('int_variants__observed') }}
    group by variant_id, first_flow_id
),

aligned as (
    select
        variant_id,
        min(alignment_cost) as alignment_cost,
        min(worst_cost) as worst_cost,
        min(unfinished_cost) as unfinished_cost,
        min(retry_count) as retry_count,
        min(fitness) as fitness
    from {{ source('measured', 'variant_moves') }}
    group by variant_id
),

counted as (
    select
        variant_id,
        min(sequence_id) as sequence_id,
        min(sequence_name) as sequence_name,
        count(*) as flow_count,
        count(case when status <> 'incomplete' then 1 end) as ended_flow_count,
        count(distinct session_id) as session_count,
        min(started_at) as first_seen_at,
        max(started_at) as last_seen_at
    from flows
    group by variant_id
),

-- The newest log is the likeliest to be at hand; a flow that ended shows more than one that did not.
examples as (
    select
        *,
        row_number() over (
            partition by variant_id
            order by started_at desc nulls last, log_file_path desc, flow_number desc, flow_id asc
        ) as age,
        row_number() over (
            partition by variant_id
            order by
                status = 'incomplete' asc,
                started_at desc nulls last,
                log_file_path desc,
                flow_number desc,
                flow_id asc
        ) as rank
    from flows
),

final as (
    select
        counted.variant_id,
        counted.sequence_id,
        counted.sequence_name,
        case when observed.beat_execution_count > 0 then observed.topics else [] end as topics,
        observed.beat_execution_count,
        counted.flow_count,
        counted.ended_flow_count,
        counted.session_count,
        aligned.retry_count,
        aligned.alignment_cost,
        aligned.worst_cost,
        aligned.unfinished_cost,
        aligned.fitness,
        coalesce(aligned.alignment_cost = 0, false) as is_declared_order,
        counted.first_seen_at,
        counted.last_seen_at,
        observed.first_flow_id,
        newest.flow_id as last_flow_id,
        example.flow_id as example_flow_id,
        example.log_file_path,
        example.line_number
    from counted
    inner join observed
        on counted.variant_id = observed.variant_id
    inner join examples as newest
        on counted.variant_id = newest.variant_id and newest.age = 1
    inner join examples as example
        on counted.variant_id = example.variant_id and example.rank = 1
    left join aligned
        on counted.variant_id = aligned.variant_id
)

select * from final
