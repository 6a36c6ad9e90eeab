with records as (
    select * from {{ pending('int_records__correlated') }} as record
    where
        execution_number > 0
),

rebuilt as (
    select
        session_id,
        flow_number,
        execution_number,
        {{ value_at_first("case when signal = 'beat_started' then current_movement_name end", 'line_number') }} as movement_name,
        coalesce(
            {{ value_at_first("case when signal = 'beat_started' then beat_number end", 'line_number') }},
            {{ value_at_first("case when signal in ('beat_described', 'beat_completed', 'beat_failed') then beat_number end", 'line_number') }}
        ) as beat_number,
        {{ value_at_first("case when signal in ('beat_started', 'beat_described', 'beat_completed', 'beat_failed') then topic end", 'line_number') }} as topic,
        min(case when signal = 'beat_started' then emitted_at end) as started_at,
        min(case when signal in ('beat_completed', 'beat_failed') then emitted_at end) as ended_at,
        coalesce(
            min(case when signal = 'beat_timed' then duration_ms end),
            min(case when signal in ('beat_completed', 'beat_failed') then duration_ms end)
        ) as stated_duration_ms,
        bool_or(signal = 'beat_completed') as is_completed,
        bool_or(signal = 'beat_failed') as is_failed,
        bool_or(signal = 'beat_retried') as is_retried,
        bool_or(signal = 'subscribers_absent') as is_unheard,
        {{ value_at_first("case when signal = 'beat_failed' then error_message end", 'line_number') }} as error_message,
        min(log_file_path) as log_file_path,
        min(case when signal = 'beat_started' then line_number end) as line_number,
        min(case when signal in ('beat_completed', 'beat_failed') then line_number end) as end_line_number
    from records
    group by session_id, flow_number, execution_number
),

final as (
    select
        {{ stable_id(['session_id', 'line_number', "'beat'"]) }} as beat_execution_id,
        *,
        case
            when is_failed then 'failed'
            when is_completed then 'completed'
            else 'incomplete'
        end as beat_status,
        coalesce(stated_duration_ms, {{ milliseconds_between('started_at', 'ended_at') }}) as duration_ms
    from rebuilt
)

select * from final
