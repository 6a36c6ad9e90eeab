{# Everything that has a duration, in whole microseconds, each below the nearest thing around it that has one too: how much
   of it lies inside that, and how much of this beside an earlier sibling. Stamps have whole milliseconds: what overlaps
   or hangs over by no more than one of them follows, and lies inside. #}

with flows as (
    select *, coalesce(sequence_id, {{ stable_id(['sequence_name']) }}) as subject_id
    from {{ pending('int_flows__identified') }} as flow
    where flow.duration_ms is not null
),

movements as (
    select * from {{ pending('fct_movement_executions') }} as all_movements where duration_ms is not null
),

all_beats as (
    select
        beat.*,
        movements.movement_execution_id,
        coalesce(beat.beat_id, {{ stable_id(['beat.sequence_name', "coalesce(beat.topic, cast(beat.beat_number as varchar))"]) }}) as subject_id
    from {{ pending('fct_beat_executions') }} as beat
    left join movements
        on
            beat.flow_id = movements.flow_id
            and beat.execution_number between movements.first_execution_number and movements.last_execution_number
),

beats as (
    select * from all_beats where duration_ms is not null
),

handlers as (
    select * from {{ pending('fct_handler_executions') }} as handler
    where handler.duration_ms is not null
),

united as (
    select
        'sequence' as execution_kind, flow_id as execution_id, subject_id, cast(null as varchar) as parent_execution_id,
        flow_id, session_id, started_at, ended_at, duration_ms, duration_resolution_ms, line_number
    from flows
    union all
    select
        'movement', movements.movement_execution_id, movements.movement_id, flows.flow_id as parent_execution_id,
        movements.flow_id, movements.session_id, movements.started_at, movements.ended_at, movements.duration_ms,
        movements.duration_resolution_ms, movements.line_number
    from movements
    left join flows on movements.flow_id = flows.flow_id
    union all
    select
        'beat', beats.beat_execution_id, beats.subject_id, coalesce(beats.movement_execution_id, flows.flow_id),
        beats.flow_id, beats.session_id, beats.started_at, beats.ended_at, beats.duration_ms,
        beats.duration_resolution_ms, beats.line_number
    from beats
    left join flows on beats.flow_id = flows.flow_id
    union all
    select
        'handler', handlers.handler_execution_id, handlers.handler_id,
        coalesce(beats.beat_execution_id, all_beats.movement_execution_id, flows.flow_id),
        handlers.flow_id, handlers.session_id, handlers.started_at, null, handlers.duration_ms,
        handlers.duration_resolution_ms, handlers.line_number
    from handlers
    left join all_beats on handlers.beat_execution_id = all_beats.beat_execution_id
    left join beats on handlers.beat_execution_id = beats.beat_execution_id
    left join flows on handlers.flow_id = flows.flow_id
),

placed as (
    select
        * exclude (started_at, ended_at, duration_ms),
        {{ microseconds_of('started_at') }} as started_us,
        {{ microseconds_of('ended_at') }} as ended_us,
        {{ milliseconds_to_microseconds('duration_ms') }} as duration_us
    from united
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
