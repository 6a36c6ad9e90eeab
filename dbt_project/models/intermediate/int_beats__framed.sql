{# Beats with what is inside them and where they stand in the tree of frames. A beat takes at least what its calls and
   handlers take together: its own duration may be coarser than theirs. Handlers that ended after their beat are no part
   of it. Decimals, so that sums are exact. #}

with flows as (
    select * from {{ ref('fct_flows') }}
    where duration_ms is not null
),

inside as (
    select
        beat_execution_id,
        cast(
            sum(cast(coalesce(dispatch_duration_ms, 0) as decimal(18, 3)))
            + sum(case when end_evidence = 'settled' then cast(coalesce(duration_ms, 0) as decimal(18, 3)) else 0 end)
            as decimal(18, 3)
        ) as inner_ms
    from {{ ref('fct_handler_executions') }}
    group by beat_execution_id
),

final as (
    select
        beat.session_id,
        beat.flow_id,
        beat.beat_execution_id,
        coalesce(flows.sequence_id, flows.sequence_name) as sequence_part,
        'movement:' || coalesce(beat.movement_name, '') as movement_part,
        coalesce(beat.beat_id, beat.topic, '') as beat_part,
        beat.beat_id,
        coalesce(beat.beat_title, declared.beat_title, beat.topic) as beat_name,
        coalesce(declared.movement_number, 0) as movement_order,
        coalesce(declared.beat_position, beat.execution_number) as beat_order,
        beat.started_at,
        beat.ended_at,
        coalesce(inside.inner_ms, 0) as inner_ms,
        greatest(cast(coalesce(beat.duration_ms, 0) as decimal(18, 3)), coalesce(inside.inner_ms, 0)) as total_ms
    from {{ ref('fct_beat_executions') }} as beat
    inner join flows
        on beat.flow_id = flows.flow_id
    left join {{ ref('dim_beats') }} as declared
        on beat.beat_id = declared.beat_id
    left join inside
        on beat.beat_execution_id = inside.beat_execution_id
)

select * from final
