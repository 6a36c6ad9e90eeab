{# The own time of everything in a flow that has a duration, as decimals. Summed along the path it gives the total of every
   frame around it: what ran side by side counts for each, so such a frame is wider than the clock says. A beat's own time is
   parted into the calls of its handlers and the rest; a handler's time into what lies in its beat and what came after it. #}

with times as (
    select * from {{ pending('fct_execution_times') }}
),

flows as (
    select
        flow.session_id,
        flow.flow_id,
        coalesce(flow.sequence_id, flow.sequence_name) as sequence_part,
        cast(null as varchar) as beat_execution_id,
        flow.queue_wait_ms,
        times.self_ms
    from {{ pending('int_flows__identified') }} as flow
    inner join times
        on flow.flow_id = times.execution_id
),

waits as (
    select * from flows
    where queue_wait_ms is not null
),

movements as (
    select
        flows.session_id,
        flows.flow_id,
        flows.sequence_part,
        flows.beat_execution_id,
        'movement:' || coalesce(movement.movement_name, '') as movement_part,
        times.self_ms
    from {{ pending('fct_movement_executions') }} as movement
    inner join times
        on movement.movement_execution_id = times.execution_id
    inner join flows
        on movement.flow_id = flows.flow_id
),

handlers as (
    select
        flows.session_id,
        flows.flow_id,
        flows.sequence_part,
        handler.beat_execution_id,
        coalesce(beat.movement_part, 'movement:') as movement_part,
        coalesce(beat.beat_part, '') as beat_part,
        handler.handler_id,
        handler.dispatch_duration_ms,
        times.inside_ms,
        times.duration_ms - times.inside_ms as outside_ms
    from {{ pending('fct_handler_executions') }} as handler
    inner join flows
        on handler.flow_id = flows.flow_id
    left join times
        on handler.handler_execution_id = times.execution_id
    left join {{ pending('int_beats__framed') }} as beat
        on handler.beat_execution_id = beat.beat_execution_id
),

called as (
    select
        beat_execution_id,
        {{ sum_in_any_order('dispatch_duration_ms') }} as call_ms
    from handlers
    group by beat_execution_id
),

beats as (
    select
        beat.*,
        greatest(times.self_ms - coalesce(called.call_ms, 0), 0) as self_ms
    from {{ pending('int_beats__framed') }} as beat
    inner join times
        on beat.beat_execution_id = times.execution_id
    left join called
        on beat.beat_execution_id = called.beat_execution_id
),

final as (
    {{ frame_rows('flows', 'self_ms') }}
    union all
    {{ frame_rows('waits', 'queue_wait_ms', movement="'queue_wait'") }}
    union all
    {{ frame_rows('movements', 'self_ms', movement='movement_part') }}
    union all
    {{ frame_rows('beats', 'self_ms', movement='movement_part', beat='beat_part') }}
    union all
    {{ frame_rows('handlers', 'dispatch_duration_ms', movement='movement_part', beat='beat_part', leaf="'call'") }}
    union all
    {{ frame_rows('handlers', 'inside_ms', movement='movement_part', beat='beat_part', leaf='handler_id') }}
    union all
    {{ frame_rows('handlers', 'outside_ms', tree="'background'", movement='movement_part', beat='beat_part', leaf='handler_id') }}
)

select * from final
