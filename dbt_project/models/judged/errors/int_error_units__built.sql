-- What could have failed: for a group that fails at beats all executions of those beats; for one that fails flows all
-- flows of those sequences; for any other all sessions.
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

beats as (
    select * from {{ ref('fct_beat_executions') }}
),

flows as (
    select * from {{ ref('fct_flows') }}
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

failing_beats as (
    select distinct failed.error_group_id, beats.sequence_id, beats.topic
    from failed
    inner join beats on failed.unit_id = beats.beat_execution_id
    where failed.unit_kind = 'beat_execution'
),

failing_flows as (
    select distinct failed.error_group_id, flows.sequence_id
    from failed
    inner join flows on failed.unit_id = flows.flow_id
    where failed.unit_kind = 'flow'
),

units as (
    select
        failing_beats.error_group_id,
        'beat_execution' as unit_kind,
        beats.beat_execution_id as unit_id,
        beats.session_id
    from failing_beats
    inner join beats
        on
            failing_beats.sequence_id is not distinct from beats.sequence_id
            and failing_beats.topic is not distinct from beats.topic
    union all
    select failing_flows.error_group_id, 'flow', flows.flow_id, flows.session_id
    from failing_flows
    inner join flows on failing_flows.sequence_id is not distinct from flows.sequence_id
    union all
    select groups.error_group_id, 'session', sessions.session_id as unit_id, sessions.session_id
    from groups
    cross join {{ ref('dim_sessions') }} as sessions
    where groups.unit_kind = 'session'
),

final as (
    select units.*, failed.unit_id is not null as is_failing
    from units
    left join failed
        on units.error_group_id = failed.error_group_id and units.unit_id = failed.unit_id
)

select * from final
