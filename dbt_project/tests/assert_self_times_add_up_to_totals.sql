{# Self times add up to totals, to the microsecond: in each execution, and from its flow's root down to the handlers. #}

with times as (
    select
        *,
        {{ milliseconds_to_microseconds('duration_ms') }} as duration_us,
        {{ milliseconds_to_microseconds('inside_ms') }} as inside_us,
        {{ milliseconds_to_microseconds('self_ms') }} as self_us,
        {{ milliseconds_to_microseconds('children_ms') }} as children_us,
        {{ milliseconds_to_microseconds('parallel_ms') }} as parallel_us
    from {{ ref('fct_execution_times') }}
),

children as (
    select parent_execution_id, sum(inside_us) as inside_us
    from times
    where parent_execution_id is not null
    group by parent_execution_id
),

executions as (
    select
        times.execution_kind || ' ' || times.execution_id as subject,
        times.duration_us as total_us,
        times.self_us + coalesce(children.inside_us, 0) - times.parallel_us as added_us
    from times
    left join children on times.execution_id = children.parent_execution_id
    where times.self_us < 0 or times.children_us <> coalesce(children.inside_us, 0)
        or times.duration_us <> times.self_us + times.children_us - times.parallel_us
),

-- A flow is made of its own time, its movements', its beats' and what its handlers did inside them.
flows as (
    select
        'whole flow ' || times.flow_id as subject,
        sum(case when times.execution_kind = 'sequence' then times.duration_us else 0 end) as total_us,
        sum(case when times.execution_kind = 'handler' then times.inside_us else times.self_us - times.parallel_us end) as added_us
    from times
    inner join times as roots on times.flow_id = roots.flow_id and roots.execution_kind = 'sequence'
    group by times.flow_id
)

select * from executions
union all
select * from flows
where total_us <> added_us
