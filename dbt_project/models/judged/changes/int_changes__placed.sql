{# The changes with the sessions on both sides, one row per execution there: what examples and contributions come from. #}

with changes as (
    select * from {{ source('measured', 'changes') }}
    where is_change
),

sides as (
    select
        regression_id,
        unit_kind,
        unit_id,
        'before' as side,
        unnest(before_session_ids) as session_id
    from changes
    union all
    select
        regression_id,
        unit_kind,
        unit_id,
        'after' as side,
        unnest(after_session_ids) as session_id
    from changes
),

handler_parts as (
    select
        flow_id,
        {{ sum_in_any_order('handler_duration_ms') }} as handler_duration_ms
    from {{ ref('fct_beat_executions') }}
    group by flow_id
),

final as (
    select
        sides.regression_id,
        sides.side,
        sides.unit_kind,
        sides.unit_id,
        units.execution_id,
        sides.session_id,
        units.duration_ms,
        units.line_number,
        -- What of it was spent in handlers; of a handler all of it.
        case units.unit_kind
            when 'handler' then units.duration_ms
            when 'beat' then coalesce(beats.handler_duration_ms, 0)
            else coalesce(handler_parts.handler_duration_ms, 0)
        end as handlers_ms
    from sides
    inner join {{ ref('int_units__timed') }} as units
        on
            sides.unit_kind = units.unit_kind
            and sides.unit_id = units.unit_id
            and sides.session_id = units.session_id
    left join {{ ref('fct_beat_executions') }} as beats
        on units.unit_kind = 'beat' and units.execution_id = beats.beat_execution_id
    left join handler_parts
        on units.unit_kind = 'sequence' and units.execution_id = handler_parts.flow_id
)

select * from final
