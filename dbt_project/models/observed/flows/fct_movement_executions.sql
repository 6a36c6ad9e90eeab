with movements as (
    select * from {{ pending('int_movements__rebuilt') }}
),

flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

resolutions as (
    select
        session_id,
        {{ clock_resolution('stated_duration_ms') }} as duration_resolution_ms
    from movements
    group by session_id
),

final as (
    select
        movements.movement_execution_id,
        flows.flow_id,
        movements.session_id,
        regexp_extract(movements.log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as session_name,
        case when flows.is_declared then {{ stable_id(['flows.sequence_key']) }} end as sequence_id,
        flows.sequence_name,
        {{ stable_id(["coalesce(flows.sequence_key, flows.sequence_name)", 'movements.movement_name']) }} as movement_id,
        movements.movement_name,
        cast(movements.movement_number as bigint) as movement_number,
        movements.movement_status as status,
        movements.started_at,
        movements.ended_at,
        movements.duration_ms,
        case
            when movements.duration_ms is null then null
            when movements.stated_duration_ms is not null then resolutions.duration_resolution_ms
            else cast(1 as double)
        end as duration_resolution_ms,
        movements.beat_execution_count,
        cast(movements.first_execution_number as bigint) as first_execution_number,
        cast(movements.last_execution_number as bigint) as last_execution_number,
        movements.log_file_path,
        movements.line_number
    from movements
    inner join flows
        on movements.session_id = flows.session_id and movements.flow_number = flows.flow_number
    left join resolutions
        on movements.session_id = resolutions.session_id
)

select * from final
