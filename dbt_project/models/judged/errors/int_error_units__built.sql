-- What could have failed, by what it is alike with: for a group that fails at beats all executions of those beats; for
-- one that fails flows all flows of those sequences; for any other all sessions. Groups of one scope share its units.
with errors as (
    select distinct
        error_group_id,
        session_id,
        flow_id,
        beat_execution_id,
        error_kind in ('handler_failed', 'beat_failed') and beat_execution_id is not null as is_of_beat,
        error_kind in ('handler_failed', 'beat_failed', 'movement_failed', 'flow_failed') and flow_id is not null
            as is_of_flow
    from {{ ref('fct_errors') }}
    where not is_consequence
),

groups as (
    select
        error_group_id,
        case
            when bool_and(is_of_beat) then 'beat_execution'
            when bool_and(is_of_flow) then 'flow'
            else 'session'
        end as unit_kind
    from errors
    group by error_group_id
),

failed as (
    select distinct
        errors.error_group_id,
        groups.unit_kind,
        case groups.unit_kind
            when 'beat_execution' then errors.beat_execution_id
            when 'flow' then errors.flow_id
            else errors.session_id
        end as unit_id
    from errors
    inner join groups on errors.error_group_id = groups.error_group_id
),

-- A scope has the name of one of its units.
units as (
    select
        'beat_execution' as unit_kind,
        beat_execution_id as unit_id,
        session_id,
        min(beat_execution_id) over (partition by sequence_id, topic) as scope_id
    from {{ ref('fct_beat_executions') }}
    union all
    select 'flow', flow_id, session_id, min(flow_id) over (partition by sequence_id)
    from {{ ref('fct_flows') }}
    union all
    select 'session', session_id as unit_id, session_id, min(session_id) over ()
    from {{ ref('dim_sessions') }}
),

final as (
    select units.unit_kind, units.scope_id, units.unit_id, units.session_id, failed.error_group_id
    from units
    left join failed
        on units.unit_kind = failed.unit_kind and units.unit_id = failed.unit_id
    qualify count(failed.error_group_id) over (partition by units.unit_kind, units.scope_id) > 0
)

select * from final
