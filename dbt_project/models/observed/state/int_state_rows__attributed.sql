{# Which call of a handler wrote a state row that names what changed. #}

with state_rows as (
    select * from {{ pending('int_records__correlated') }} as record
    where record.signal = 'state_changed' and record.state_change is not null
),

executions as (
    select * from {{ pending('int_handler_executions__ended') }}
),

-- A handler called twice in a beat leaves two rows there: the n-th row is that of the n-th call that did not throw.
claimed as (
    select
        row_in_time.session_id,
        row_in_time.line_number,
        row_in_time.state_line_number,
        dense_rank() over (
            partition by executions.session_id, executions.topic, executions.handler_name, executions.beat_end_line_number
            order by row_in_time.line_number
        ) as call_place,
        dense_rank() over (
            partition by executions.session_id, executions.topic, executions.handler_name, executions.beat_end_line_number
            order by row_in_time.state_line_number
        ) as row_place
    from {{ pending('int_state_rows__claimed') }} as row_in_time
    inner join executions
        on row_in_time.session_id = executions.session_id and row_in_time.line_number = executions.line_number
    inner join state_rows
        on row_in_time.session_id = state_rows.session_id and row_in_time.state_line_number = state_rows.line_number
    where executions.handler_status = 'ok'
),

matched as (
    select session_id, line_number, state_line_number, 1 as preference from claimed
    where call_place = row_place
    union all
    select session_id, line_number, late_end_line_number, 2 from executions
    where late_end_line_number is not null
    union all
    select session_id, line_number, line_number as own_line_number, 3 from executions
    where is_inferred
),

rows_left as (
    select state_rows.* from state_rows
    anti join matched on state_rows.session_id = matched.session_id and state_rows.line_number = matched.state_line_number
),

calls_left as (
    select executions.* from executions
    anti join matched on executions.session_id = matched.session_id and executions.line_number = matched.line_number
    where executions.handler_status = 'ok'
),

-- What is left is written after its beat by the last call of the handler that has no row yet, of its own request first.
left_over as (
    select rows_left.session_id, calls_left.line_number, rows_left.line_number as state_line_number, 1 as preference
    from rows_left
    {{ latest_before('rows_left', 'calls_left', ['session_id', 'topic', 'handler_name', 'request_id']) }}
    union all
    select rows_left.session_id, calls_left.line_number, rows_left.line_number as left_line_number, 2
    from rows_left
    {{ latest_before('rows_left', 'calls_left', ['session_id', 'topic', 'handler_name']) }}
),

chosen as (
    select session_id, line_number, state_line_number from matched
    qualify row_number() over (
        partition by session_id, state_line_number order by preference, line_number
    ) = 1
    union all
    select session_id, line_number, state_line_number from left_over
    qualify row_number() over (partition by session_id, state_line_number order by preference) = 1
),

final as (
    select
        state_rows.session_id,
        state_rows.line_number,
        state_rows.log_file_path,
        state_rows.flow_number,
        state_rows.request_id,
        state_rows.sequence_name,
        state_rows.topic,
        state_rows.beat_number,
        state_rows.handler_name,
        state_rows.plugin_name,
        state_rows.state_change,
        state_rows.state_preview,
        state_rows.emitted_at,
        chosen.line_number as call_line_number
    from state_rows
    left join chosen
        on state_rows.session_id = chosen.session_id and state_rows.line_number = chosen.state_line_number
)

select * from final
