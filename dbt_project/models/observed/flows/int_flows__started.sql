with records as (
    select * from {{ pending('int_records__correlated') }} as record
    where record.flow_number > 0
),

final as (
    select
        session_id,
        flow_number,
        min(correlation) as correlation,
        {{ value_at_first("case when signal = 'flow_started' then sequence_name end", 'line_number') }} as sequence_name,
        {{ value_at_first("case when signal = 'flow_started' then sequence_key end", 'line_number') }} as sequence_key,
        coalesce(
            {{ value_at_first("case when signal in ('flow_started', 'flow_identified') then request_id end", 'line_number') }},
            {{ value_at_first("case when signal = 'state_changed' and execution_number > 0 then request_id end", 'line_number') }}
        ) as request_id,
        min(case when signal = 'flow_started' then emitted_at end) as started_at,
        max(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then emitted_at end) as ended_at,
        max(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then duration_ms end) as stated_duration_ms,
        bool_or(signal = 'flow_completed') as is_completed,
        bool_or(signal = 'flow_failed') as is_failed,
        bool_or(signal = 'flow_cancelled') as is_cancelled,
        min(case when signal in ('flow_completed', 'flow_failed', 'flow_cancelled') then line_number end) as end_line_number,
        min(log_file_path) as log_file_path,
        min(case when signal = 'flow_started' then line_number end) as line_number
    from records
    group by session_id, flow_number
)

select * from final
