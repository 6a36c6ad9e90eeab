{# Which change of a part explains a change of the whole: a beat by its handler, a sequence by its beat. #}

with changes as (
    select * from {{ ref('int_changes__judged') }}
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

final as (
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
)

select * from final
