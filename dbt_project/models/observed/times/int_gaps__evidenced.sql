{# What the session's own records say about each gap: handlers that had not returned or not settled, flows that waited
   in the queue, and what came right after it. #}

with gaps as (
    select *, row_number() over (partition by session_id order by line_number) as place
    from {{ pending('int_gaps__placed') }} as gap
),

calls as (
    select
        paired.session_id, paired.line_number, paired.returned_line_number, paired.settled_line_number,
        executions.handler_execution_id,
        coalesce(executions.handler_name, 'a handler of ' || paired.topic) as handler_name,
        executions.late_end_line_number
    from {{ pending('int_handler_calls__paired') }} as paired
    left join {{ pending('int_handler_executions__ended') }} as executions
        on paired.session_id = executions.session_id and paired.line_number = executions.line_number
),

call_spans as (
    select *, line_number as first_line_number, 1 as openness, returned_line_number as last_line_number from calls
    where returned_line_number is not null
    union all
    select *, line_number, 2, settled_line_number from calls
    where settled_line_number is not null
),

never_settled as (
    select * from calls
    where settled_line_number is null and returned_line_number is not null
),

late_lines as (
    select *, {{ each_whole_number('next_line_number', 'next_line_number + 5') }} as late_line_number from gaps
),

-- 1: the call had not returned. 2: its promise settled later. 3: it never settled.
candidates as (
    select gaps.gap_id, span.handler_execution_id, span.handler_name, span.line_number, span.openness
    from {{ spans_by_place('call_spans', 'gaps', ['session_id']) }} as span
    inner join gaps on span.session_id = gaps.session_id and span.place = gaps.place
    union all
    select late_lines.gap_id, calls.handler_execution_id, calls.handler_name, calls.line_number, 2
    from late_lines
    inner join calls
        on
            late_lines.session_id = calls.session_id
            and late_lines.late_line_number = calls.late_end_line_number
            and late_lines.line_number >= calls.line_number
    union all
    select gaps.gap_id, never_settled.handler_execution_id, never_settled.handler_name, never_settled.line_number, 3
    from gaps
    {{ latest_before('gaps', 'never_settled', ['session_id']) }}
    where gaps.flow_id is not null
),

open_handlers as (
    select * from candidates
    qualify row_number() over (partition by gap_id order by openness asc, line_number desc) = 1
),

gap_ends as (
    select session_id, gap_id, ended_at, next_line_number as line_number from gaps
),

-- A record comes after the latest gap before it, if at once.
after_rows as (
    select
        gap_ends.gap_id,
        records.signal,
        records.line_number,
        coalesce(records.topic, records.user_action, records.sequence_key) as cause,
        -- How often the same thing was published or done at once: it had been waiting for its turn.
        sum(case when records.signal in ('topic_published', 'user_acted') then 1 else 0 end) over (
            partition by gap_ends.gap_id, records.signal, records.topic, records.user_action
        ) as same_count
    from {{ pending('int_records__correlated') }} as records
    {{ latest_before('records', 'gap_ends', ['session_id']) }}
    where
        records.emitted_at between gap_ends.ended_at and gap_ends.ended_at + interval 50 millisecond
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
        gaps.* exclude (place),
        open_handlers.handler_execution_id,
        open_handlers.handler_name,
        open_handlers.line_number as handler_line_number,
        open_handlers.openness,
        coalesce(queues.queued_flow_count, 0) as queued_flow_count,
        queues.queued_line_number,
        queues.queued_sequence_name,
        after.next_signal,
        after.next_cause,
        coalesce(after.burst_count, 0) as burst_count
    from gaps
    left join open_handlers on gaps.gap_id = open_handlers.gap_id
    left join {{ pending('int_gaps__queued') }} as queues on gaps.gap_id = queues.gap_id
    left join after on gaps.gap_id = after.gap_id
)

select * from final
