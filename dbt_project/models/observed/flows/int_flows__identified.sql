with flows as (
    select * from {{ pending('int_flows__rebuilt') }}
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
    from {{ pending('int_beats__aligned') }} as beat
    group by flow_id
),

resolutions as (
    select
        session_id,
        {{ clock_resolution('case when is_duration_stated then duration_ms end') }} as duration_resolution_ms
    from flows
    group by session_id
),

final as (
    select
        flows.flow_id,
        flows.session_id,
        regexp_extract(flows.log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as session_name,
        case when flows.is_declared then {{ stable_id(['flows.sequence_key']) }} end as sequence_id,
        flows.sequence_key,
        flows.sequence_name,
        flows.plugin_name,
        flows.is_declared,
        flows.request_id,
        flows.flow_number,
        flows.flow_status as status,
        flows.queued_at,
        flows.started_at,
        flows.ended_at,
        {{ milliseconds_between('flows.queued_at', 'flows.started_at') }} as queue_wait_ms,
        flows.duration_ms,
        case
            when flows.duration_ms is null then null
            when flows.is_duration_stated then resolutions.duration_resolution_ms
            else cast(1 as double)
        end as duration_resolution_ms,
        coalesce(beats.beat_execution_count, 0) as beat_execution_count,
        {{ stable_id(['coalesce(flows.sequence_key, flows.sequence_name)', 'beats.steps_in_order']) }} as variant_id,
        flows.log_file_path,
        flows.line_number
    from flows
    left join beats
        on flows.flow_id = beats.flow_id
    left join resolutions
        on flows.session_id = resolutions.session_id
)

select * from final
