{# State rows written inside the beat of their handler's call: that call ended in time. Where flows run side by side, a row
   that names its request is not that of another flow's call. #}

with executions as (
    select *, line_number as first_line_number, beat_end_line_number + 1 as last_line_number
    from {{ pending('int_handler_executions__named') }} as execution
    where not execution.is_inferred and execution.beat_end_line_number is not null
),

state_rows as (
    select * from {{ pending('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged')
),

-- Of a call that names its request: its own rows and those that name none; of another call: all.
claiming as (
    select *, coalesce('request ' || request_id, 'any row') as claim from executions
    union all
    select *, 'row without request' from executions where request_id is not null
),

claimable as (
    select *, coalesce('request ' || request_id, 'row without request') as claim from state_rows
    union all
    select *, 'any row' from state_rows
),

written as (
    select
        session_id, topic, handler_name, claim, line_number,
        row_number() over (partition by session_id, topic, handler_name, claim order by line_number) as place
    from claimable
),

final as (
    select
        claiming.session_id,
        claiming.line_number,
        written.line_number as state_line_number
    from {{ spans_by_place('claiming', 'written', ['session_id', 'topic', 'handler_name', 'claim']) }} as claiming
    inner join written
        on
            claiming.session_id = written.session_id
            and claiming.topic = written.topic
            and claiming.handler_name = written.handler_name
            and claiming.claim = written.claim
            and claiming.place = written.place
)

select * from final
