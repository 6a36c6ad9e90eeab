{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with flows as (
    select * from {{ ref('int_flows__rebuilt') }} as flow
    where {{ only_pending_sessions('flow') }}
),

-- A retry is no repeat, and the movement tells equal topics apart: variants differ by both.
beats as (
    select
        flow_id,
        count(*) as beat_execution_count,
        string_agg(
            concat_ws(
                chr(31),
                coalesce(topic, '?'),
                cast(declared_movement_number as varchar),
                case when is_retry then 'retry' end
            ), chr(10) order by execution_number
        ) as steps_in_order
    from {{ ref('int_beats__aligned') }} as beat
    where {{ only_pending_sessions('beat') }}
    group by flow_id
),

final as (
    select
        flows.flow_id,
        flows.session_id,
        {{ stable_id(['coalesce(flows.sequence_key, flows.sequence_name)', 'beats.steps_in_order']) }} as variant_id,
        coalesce(beats.beat_execution_count, 0) as beat_execution_count
    from flows
    left join beats
        on flows.flow_id = beats.flow_id
)

select * from final
