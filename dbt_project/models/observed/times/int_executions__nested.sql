{# How much of each execution lies inside the one around it, and how much of that beside an earlier sibling. Stamps have
   whole milliseconds: what overlaps or hangs over by no more than one of them follows, and lies inside. #}

with placed as (
    select * from {{ pending('int_executions__placed') }}
),

-- A handler nobody waits for goes on when its beat has ended: only what lies before that is inside.
inside as (
    select
        placed.*,
        case
            when placed.parent_execution_id is null then 0
            when
                placed.execution_kind = 'handler'
                and placed.started_us + placed.duration_us > parents.ended_us + 1000
                then greatest(parents.ended_us - greatest(placed.started_us, parents.started_us), 0)
            else placed.duration_us
        end as inside_us
    from placed
    left join placed as parents
        on placed.parent_execution_id = parents.execution_id
),

bounded as (
    select
        *,
        max(started_us + inside_us) over (
            partition by parent_execution_id order by started_us, line_number, execution_id
            rows between unbounded preceding and 1 preceding
        ) as siblings_ended_us
    from inside
),

final as (
    select
        * exclude (siblings_ended_us),
        case
            when parent_execution_id is null or inside_us = 0 then 0
            when siblings_ended_us > started_us + 1000
                then least(siblings_ended_us, started_us + inside_us) - started_us
            else 0
        end as overlap_us
    from bounded
)

select * from final
