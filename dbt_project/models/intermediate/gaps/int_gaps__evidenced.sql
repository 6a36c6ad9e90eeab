{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

{# What the session's own records say about each gap: handlers that had not returned or not settled, flows that waited
   in the queue, and what came right after it. #}

with gaps as (
    select * from {{ ref('int_gaps__placed') }} as gap
    where {{ only_pending_sessions('gap') }}
),

executions as (
    select * from {{ ref('int_handler_executions__ended') }} as execution
    where {{ only_pending_sessions('execution') }}
),

calls as (
    select
        paired.session_id,
        paired.line_number,
        paired.returned_at,
        paired.settled_at,
        executions.handler_execution_id,
        coalesce(executions.handler_name, 'a handler of ' || paired.topic) as handler_name,
        executions.late_end_line_number
    from {{ ref('int_handler_calls__paired') }} as paired
    left join executions
        on paired.session_id = executions.session_id and paired.line_number = executions.line_number
    where {{ only_pending_sessions('paired') }}
),

-- 1: the call had not returned. 2: its promise settled later. 3: it never settled.
open_handlers as (
    select
        gaps.gap_id,
        calls.handler_execution_id,
        calls.handler_name,
        calls.line_number as handler_line_number,
        case
            when calls.returned_at >= gaps.ended_at then 1
            when
                calls.settled_at >= gaps.ended_at
                or calls.late_end_line_number between gaps.next_line_number and gaps.next_line_number + 5 then 2
            else 3
        end as openness
    from gaps
    inner join calls
        on gaps.session_id = calls.session_id and calls.line_number <= gaps.line_number
    where
        calls.returned_at >= gaps.ended_at
        or calls.settled_at >= gaps.ended_at
        or calls.late_end_line_number between gaps.next_line_number and gaps.next_line_number + 5
        or (calls.settled_at is null and calls.returned_at is not null and gaps.flow_id is not null)
    qualify row_number() over (partition by gaps.gap_id order by openness asc, calls.line_number desc) = 1
),

after_rows as (
    select
        gaps.gap_id,
        records.signal,
        records.line_number,
        coalesce(records.topic, records.user_action, records.sequence_key) as cause,
        -- How often the same thing was published or done at once: it had been waiting for its turn.
        sum(case when records.signal in ('topic_published', 'user_acted') then 1 else 0 end) over (
            partition by gaps.gap_id, records.signal, records.topic, records.user_action
        ) as same_count
    from gaps
    inner join {{ ref('int_records__correlated') }} as records
        on
            gaps.session_id = records.session_id
            and records.line_number >= gaps.next_line_number
            and records.emitted_at between gaps.ended_at and gaps.ended_at + interval 50 millisecond
),

after as (
    select
        gap_id,
        {{ value_at_first('signal', 'line_number') }} as next_signal,
        {{ value_at_first('cause', 'line_number') }} as next_cause,
        max(same_count) as burst_count
    from after_rows
    group by gap_id
),

final as (
    select
        gaps.*,
        open_handlers.handler_execution_id,
        open_handlers.handler_name,
        open_handlers.handler_line_number,
        open_handlers.openness,
        coalesce(queues.queued_flow_count, 0) as queued_flow_count,
        queues.queued_line_number,
        queues.queued_sequence_name,
        after.next_signal,
        after.next_cause,
        coalesce(after.burst_count, 0) as burst_count
    from gaps
    left join open_handlers on gaps.gap_id = open_handlers.gap_id
    left join {{ ref('int_gaps__queued') }} as queues on gaps.gap_id = queues.gap_id
    left join after on gaps.gap_id = after.gap_id
)

select * from final
