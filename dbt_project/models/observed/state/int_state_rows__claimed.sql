{# State rows written inside the beat of their handler's call: that call ended in time. #}

with executions as (
    select *, line_number as first_line_number, beat_end_line_number + 1 as last_line_number
    from {{ pending('int_handler_executions__named') }} as execution
    where not execution.is_inferred and execution.beat_end_line_number is not null
),

written as (
    select
        session_id, topic, handler_name, line_number,
        row_number() over (partition by session_id, topic, handler_name order by line_number) as place
    from {{ pending('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged')
),

final as (
    select
        executions.session_id,
        executions.line_number,
        written.line_number as state_line_number
    from {{ spans_by_place('executions', 'written', ['session_id', 'topic', 'handler_name']) }} as executions
    inner join written
        on
            executions.session_id = written.session_id
            and executions.topic = written.topic
            and executions.handler_name = written.handler_name
            and executions.place = written.place
)

select * from final
