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
        min(line_number) as line_number,
        min(case when signal in ('movement_completed', 'movement_failed') then line_number end) as end_line_number
    from numbered
    where movement_number > 0
    group by session_id, flow_number, movement_number
),

final as (
    select
        {{ stable_id(['session_id', 'line_number', "'movement'"]) }} as movement_execution_id,
        *,
        case when is_failed then 'failed' when is_completed then 'completed' else 'incomplete' end as movement_status,
        coalesce(stated_duration_ms, {{ milliseconds_between('started_at', 'ended_at') }}) as duration_ms
    from rebuilt
)

select * from final
