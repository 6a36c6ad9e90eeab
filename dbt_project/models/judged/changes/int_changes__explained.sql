{# What a change consists of, with an example of each side, the execution nearest to the median; and which change of a part
   explains a change of the whole: a beat by its handler, a sequence by its beat. #}

with changes as (
    select * from {{ source('measured', 'changes') }}
    where is_change
),

parts as (
    select distinct
        'beat' as unit_kind,
        beats.beat_id as unit_id,
        'handler' as part_kind,
        handlers.handler_id as part_id
    from {{ ref('fct_beat_executions') }} as beats
    inner join {{ ref('fct_handler_executions') }} as handlers
        on beats.beat_execution_id = handlers.beat_execution_id
    union all
    select distinct
        'sequence' as unit_kind,
        beats.sequence_id as unit_id,
        'beat' as part_kind,
        beats.beat_id as part_id
    from {{ ref('fct_beat_executions') }} as beats
),

explained as (
    select
        changes.regression_id,
        causes.regression_id as cause_regression_id,
        causes.unit_kind as cause_unit_kind,
        causes.unit_id as cause_unit_id
    from changes
    inner join parts
        on changes.unit_kind = parts.unit_kind and changes.unit_id = parts.unit_id
    inner join changes as causes
        on
            parts.part_kind = causes.unit_kind
            and parts.part_id = causes.unit_id
            and changes.direction = causes.direction
            and changes.good_build is not distinct from causes.good_build
            and changes.bad_build is not distinct from causes.bad_build
    qualify row_number() over (
        partition by changes.regression_id order by abs(causes.change_ms) desc, causes.regression_id asc
    ) = 1
),

executions as (
    select
        *,
        median(duration_ms) over (partition by regression_id, side) as side_median_ms
    from {{ ref('int_changes__placed') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by regression_id, side
            order by abs(duration_ms - side_median_ms) asc, session_id asc, line_number asc
        ) as nearness
    from executions
),

summed as (
    select
        regression_id,
        median(case when side = 'before' then duration_ms end) as before_p50_ms,
        median(case when side = 'after' then duration_ms end) as after_p50_ms,
        median(case when side = 'after' then handlers_ms end)
        - median(case when side = 'before' then handlers_ms end) as handlers_change_ms,
        median(case when side = 'after' then duration_ms - handlers_ms end)
        - median(case when side = 'before' then duration_ms - handlers_ms end) as overhead_change_ms,
        max(case when side = 'before' and nearness = 1 then session_id end) as before_example_session_id,
        max(case when side = 'before' and nearness = 1 then line_number end) as before_example_line_number,
        max(case when side = 'after' and nearness = 1 then session_id end) as after_example_session_id,
        max(case when side = 'after' and nearness = 1 then line_number end) as after_example_line_number
    from ranked
    group by regression_id
),

final as (
    select
        changes.regression_id,
        summed.* exclude (regression_id),
        explained.* exclude (regression_id)
    from changes
    left join summed on changes.regression_id = summed.regression_id
    left join explained on changes.regression_id = explained.regression_id
)

select * from final
