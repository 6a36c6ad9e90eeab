with records as (
    select
        *,
        concat_ws(
            chr(31),
            topic,
            subscriber_index,
            case when correlation = 'request_id' then concat_ws(chr(31), flow_number, request_id, handler_name) end
        ) as call_key
    from {{ pending('int_records__correlated') }} as record
    where
        record.signal in ('handler_started', 'handler_returned', 'handler_settled')
),

-- What follows a call of one subscriber, up to its next call, is that call's: also rows written after the beat ended.
numbered as (
    select
        *,
        sum(case when signal = 'handler_started' then 1 else 0 end) over (
            partition by session_id, call_key order by line_number rows unbounded preceding
        ) as call_number
    from records
),

paired as (
    select
        session_id,
        call_key,
        call_number,
        {{ value_at_first("case when signal = 'handler_started' then flow_number end", 'line_number') }} as flow_number,
        {{ value_at_first("case when signal = 'handler_started' then execution_number end", 'line_number') }} as execution_number,
        min(topic) as topic,
        min(subscriber_index) as subscriber_index,
        min(handler_name) as logged_handler_name,
        min(plugin_name) as logged_plugin_name,
        min(case when signal = 'handler_started' then emitted_at end) as called_at,
        min(case when signal = 'handler_returned' then emitted_at end) as returned_at,
        min(case when signal = 'handler_settled' then emitted_at end) as settled_at,
        min(case when signal = 'handler_started' then clock_ms end) as called_clock_ms,
        min(case when signal = 'handler_returned' then clock_ms end) as returned_clock_ms,
        min(case when signal = 'handler_settled' then clock_ms end) as settled_clock_ms,
        min(case when signal = 'handler_settled' then duration_ms end) as stated_duration_ms,
        min(log_file_path) as log_file_path,
        min(case when signal = 'handler_started' then line_number end) as line_number,
        min(case when signal = 'handler_returned' then line_number end) as returned_line_number,
        min(case when signal = 'handler_settled' then line_number end) as settled_line_number
    from numbered
    where call_number > 0
    group by session_id, call_key, call_number
),

-- Subscribers of one emission are all called before the first of them runs, and then run one after the other: a
-- handler's own time begins when the last call returned or the one before it settled.
final as (
    select
        *,
        greatest(
            max(returned_clock_ms) over emission,
            coalesce(max(settled_clock_ms) over earlier_in_emission, 0)
        ) as own_start_clock_ms,
        greatest(
            max(returned_at) over emission,
            coalesce(max(settled_at) over earlier_in_emission, max(returned_at) over emission)
        ) as own_started_at
    from paired
    window
        emission as (partition by session_id, flow_number, execution_number, topic),
        earlier_in_emission as (
            partition by session_id, flow_number, execution_number, topic
            order by settled_line_number nulls last, line_number
            rows between unbounded preceding and 1 preceding
        )
)

select * from final
