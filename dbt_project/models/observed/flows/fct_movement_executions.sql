{# Observed runs of movements. A row of the log belongs to the movement of its flow that started last; a movement that
   is retried starts again. #}

with records as (
    select * from {{ pending('int_records__correlated') }} as record
    where
        record.flow_number > 0
        and record.signal in (
            'movement_started', 'movement_completed', 'movement_failed', 'beat_started', 'flow_completed', 'flow_failed'
        )
),

numbered as (
    select
        *,
        sum(case when signal = 'movement_started' then 1 else 0 end) over (
            partition by session_id, flow_number order by line_number rows unbounded preceding
        ) as movement_number
    from records
),

rebuilt as (
    select
        session_id,
        flow_number,
        movement_number,
        min(case when signal = 'movement_started' then movement_name end) as movement_name,
        min(case when signal = 'movement_started' then emitted_at end) as started_at,
        min(case when signal in ('movement_completed', 'movement_failed') then emitted_at end) as ended_at,
        min(case when signal in ('movement_completed', 'movement_failed') then duration_ms end) as stated_duration_ms,
        bool_or(signal = 'movement_failed') as is_failed,
        bool_or(signal = 'movement_completed') as is_completed,
        min(case when signal = 'beat_started' then execution_number end) as first_execution_number,
        max(case when signal = 'beat_started' then execution_number end) as last_execution_number,
        count(case when signal = 'beat_started' then 1 end) as beat_execution_count,
        min(log_file_path) as log_file_path,
        min(line_number) as line_number
    from numbered
    where movement_number > 0
    group by session_id, flow_number, movement_number
),

movements as (
    select
        {{ stable_id(['session_id', 'line_number', "'movement'"]) }} as movement_execution_id,
        *,
        case when is_failed then 'failed' when is_completed then 'completed' else 'incomplete' end as movement_status,
        coalesce(stated_duration_ms, {{ milliseconds_between('started_at', 'ended_at') }}) as duration_ms
    from rebuilt
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
