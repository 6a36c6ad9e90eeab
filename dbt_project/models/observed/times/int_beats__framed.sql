{# Where the beats of flows that have a duration stand in the tree of frames. #}

with flows as (
    select * from {{ pending('int_flows__identified') }} as flow
    where duration_ms is not null
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
        coalesce(declared.beat_position, beat.execution_number) as beat_order
    from {{ pending('fct_beat_executions') }} as beat
    inner join flows
        on beat.flow_id = flows.flow_id
    left join {{ ref('stg_code__beats') }} as declared
        on beat.beat_id = {{ stable_id(['declared.sequence_key', 'declared.beat_position']) }}
)

select * from final
