{# The own time of everything in a flow: what is in none of its parts. Summed along the path it gives the total of every
   frame around it. A movement lasts from its first beat's start to its last beat's end, and at least as long as its beats
   together; a flow at least as long as its movements: beats that overlap take more together than the clock says. #}

with beats as (
    select * from {{ ref('int_beats__framed') }}
),

movements as (
    select
        session_id,
        flow_id,
        sequence_part,
        movement_part,
        cast(sum(total_ms) as decimal(18, 3)) as inner_ms,
        greatest(
            cast(sum(total_ms) as decimal(18, 3)),
            coalesce(cast({{ milliseconds_between('min(started_at)', 'max(ended_at)') }} as decimal(18, 3)), 0)
        ) as total_ms
    from beats
    group by session_id, flow_id, sequence_part, movement_part
),

moved as (
    select
        flow_id,
        cast(sum(total_ms) as decimal(18, 3)) as inner_ms
    from movements
    group by flow_id
),

flows as (
    select
        flow.session_id,
        flow.flow_id,
        coalesce(flow.sequence_id, flow.sequence_name) as sequence_part,
        cast(flow.queue_wait_ms as decimal(18, 3)) as queue_wait_ms,
        greatest(cast(flow.duration_ms as decimal(18, 3)) - coalesce(moved.inner_ms, 0), 0) as self_ms
    from {{ ref('fct_flows') }} as flow
    left join moved
        on flow.flow_id = moved.flow_id
    where flow.duration_ms is not null
),

waits as (
    select * from flows
    where queue_wait_ms is not null
),

handlers as (
    select
        beats.*,
        handler.handler_id,
        handler.duration_ms,
        handler.dispatch_duration_ms,
        case when handler.end_evidence = 'state_row' then 'background' else 'elapsed' end as frame_tree
    from {{ ref('fct_handler_executions') }} as handler
    inner join beats
        on handler.beat_execution_id = beats.beat_execution_id
),

calls as (
    select * from handlers
    where dispatch_duration_ms is not null
),

ends as (
    select * from handlers
    where duration_ms is not null
),

final as (
    {{ frame_rows('flows', 'self_ms') }}
    union all
    {{ frame_rows('waits', 'queue_wait_ms', movement="'queue_wait'") }}
    union all
    {{ frame_rows('movements', 'total_ms - inner_ms', movement='movement_part') }}
    union all
    {{ frame_rows('beats', 'total_ms - inner_ms', movement='movement_part', beat='beat_part', beat_execution='beat_execution_id') }}
    union all
    {{ frame_rows('calls', 'dispatch_duration_ms', movement='movement_part', beat='beat_part', leaf="'call'", beat_execution='beat_execution_id') }}
    union all
    {{ frame_rows('ends', 'duration_ms', tree='frame_tree', movement='movement_part', beat='beat_part', leaf='handler_id', beat_execution='beat_execution_id') }}
)

select * from final
