with executions as (
    select * from {{ pending('int_handler_executions__named') }}
),

failed as (
    select * from {{ pending('int_records__correlated') }} as record
    where record.signal = 'handler_failed'
),

-- A failure row names its handler; it belongs to that handler's latest call before it.
failures as (
    select
        executions.session_id,
        executions.line_number,
        failed.error_class,
        failed.error_message,
        failed.line_number as error_line_number
    from failed
    {{ latest_before('failed', 'executions', ['session_id', 'handler_name', 'plugin_name']) }}
),

-- The handlers of a flow run one after the other, also those nobody waits for: one begins when those before it ended.
turned as (
    select
        executions.*,
        late_ends.ended_at as late_ended_at,
        late_ends.end_line_number as late_end_line_number,
        greatest(executions.started_at, max(late_ends.ended_at) over (
            partition by executions.session_id, executions.flow_number
            order by executions.line_number rows between unbounded preceding and 1 preceding
        )) as turn_at
    from executions
    left join {{ pending('int_handler_ends__matched') }} as late_ends
        on executions.session_id = late_ends.session_id and executions.line_number = late_ends.line_number
),

final as (
    select
        turned.* exclude (settled_duration_ms, is_duration_stated, started_at, late_ended_at, turn_at),
        case
            when turned.is_duration_stated or turned.late_ended_at is null then turned.started_at
            else turned.turn_at
        end as started_at,
        case
            when turned.is_duration_stated or turned.late_ended_at is null then turned.settled_duration_ms
            else greatest({{ milliseconds_between('turned.turn_at', 'turned.late_ended_at') }}, 0)
        end as duration_ms,
        case
            when turned.settled_duration_ms is null and turned.late_ended_at is null then null
            when turned.is_duration_stated or turned.late_ended_at is null then 'settled'
            else 'state_row'
        end as end_evidence,
        case when failures.line_number is not null then 'error' else 'ok' end as handler_status,
        failures.error_class,
        failures.error_message,
        failures.error_line_number
    from turned
    left join failures
        on turned.session_id = failures.session_id and turned.line_number = failures.line_number
)

select * from final
