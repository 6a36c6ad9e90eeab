{# The true end of handlers the event bus does not wait for. Such a bus calls a handler settled when its synchronous
   part is over; the handler's own state row, written when it is really done, tells the end. #}

with executions as (
    select
        execution.*,
        case when file.correlation = 'request_id' then execution.flow_number end as named_flow_number
    from {{ pending('int_handler_executions__named') }} as execution
    inner join {{ pending('stg_logs__log_files') }} as file on execution.session_id = file.session_id
    where not execution.is_inferred
),

all_state_rows as (
    select
        session_id, topic, handler_name, request_id, emitted_at, line_number,
        case when correlation = 'request_id' then flow_number end as named_flow_number
    from {{ pending('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged')
),

in_time as (
    select * from {{ pending('int_state_rows__claimed') }}
),

state_rows as (
    select all_state_rows.* from all_state_rows
    left join in_time
        on all_state_rows.session_id = in_time.session_id and all_state_rows.line_number = in_time.state_line_number
    where in_time.session_id is null
),

waiting as (
    select executions.* from executions
    left join in_time
        on executions.session_id = in_time.session_id and executions.line_number = in_time.line_number
    where in_time.session_id is null
),

-- A state row that names its request belongs to that flow's execution: the n-th row to the n-th call there. Where
-- every record names its flow, it is that one of the flows of this name which ran then.
calls_by_request as (
    select
        *,
        row_number() over in_flow as place
    from waiting
    where request_id is not null
    window in_flow as (partition by session_id, request_id, named_flow_number, topic, handler_name order by line_number)
),

rows_by_request as (
    select
        *,
        row_number() over in_flow as place
    from state_rows
    where request_id is not null
    window in_flow as (partition by session_id, request_id, named_flow_number, topic, handler_name order by line_number)
),

by_request as (
    select calls_by_request.session_id, calls_by_request.line_number, ends.emitted_at, ends.line_number as end_line_number
    from calls_by_request
    inner join rows_by_request as ends
        on
            calls_by_request.session_id = ends.session_id
            and calls_by_request.request_id = ends.request_id
            and calls_by_request.named_flow_number is not distinct from ends.named_flow_number
            and calls_by_request.topic = ends.topic
            and calls_by_request.handler_name = ends.handler_name
            and calls_by_request.place = ends.place
            and ends.line_number > calls_by_request.line_number
),

-- Rows without one end the calls that still wait, first come, first served.
calls_by_place as (
    select
        waiting.*,
        row_number() over (
            partition by waiting.session_id, waiting.topic, waiting.handler_name
            order by waiting.line_number
        ) as place
    from waiting
    left join by_request
        on waiting.session_id = by_request.session_id and waiting.line_number = by_request.line_number
    where by_request.session_id is null
),

rows_by_place as (
    select
        *,
        row_number() over (partition by session_id, topic, handler_name order by line_number) as place
    from state_rows
    where request_id is null
),

by_place as (
    select calls_by_place.session_id, calls_by_place.line_number, ends.emitted_at, ends.line_number as end_line_number
    from calls_by_place
    inner join rows_by_place as ends
        on
            calls_by_place.session_id = ends.session_id
            and calls_by_place.topic = ends.topic
            and calls_by_place.handler_name = ends.handler_name
            and calls_by_place.place = ends.place
            and ends.line_number > calls_by_place.line_number
),

final as (
    select session_id, line_number, emitted_at as ended_at, end_line_number from by_request
    union all
    select session_id, line_number, emitted_at, end_line_number from by_place
)

select * from final
