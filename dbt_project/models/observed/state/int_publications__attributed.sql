{# Which handler published a topic in the log, and to which sequence it was routed. #}

with records as (
    select * from {{ pending('int_records__correlated') }} as record
    where record.signal in ('topic_published', 'topic_routed')
),

-- A routing row follows its publication; the next publication of the topic ends what belongs to it.
numbered as (
    select
        *,
        sum(case when signal = 'topic_published' then 1 else 0 end) over (
            partition by session_id, topic order by line_number rows unbounded preceding
        ) as publication_number
    from records
),

publications as (
    select * from numbered where signal = 'topic_published'
),

routes as (
    select session_id, topic, publication_number, sequence_key
    from numbered
    where signal = 'topic_routed' and publication_number > 0
),

executions as (
    select
        execution.*,
        ended.flow_number,
        ended.late_end_line_number
    from {{ pending('fct_handler_executions') }} as execution
    inner join {{ pending('int_handler_executions__ended') }} as ended
        on execution.session_id = ended.session_id and execution.line_number = ended.line_number
),

publishers as (
    select distinct handler_id, target_name as topic
    from {{ ref('int_handler_accesses__reached') }}
    where edge_kind = 'publishes'
),

-- The code says who can have published, the log who of them ran last before: in the same flow, or still running. What
-- a callback publishes that a handler left behind for the user is nobody's: any of many may have left it.
possible as (
    select
        publications.*,
        publishers.handler_id,
        row_number() over (
            partition by publications.session_id, publishers.handler_id order by publications.line_number
        ) as place
    from publications
    inner join publishers on publications.topic = publishers.topic
),

late_executions as (
    select *, line_number as first_line_number, late_end_line_number + 1 as last_line_number from executions
    where late_end_line_number is not null
),

candidates as (
    select possible.session_id, possible.line_number, executions.line_number as call_line_number
    from possible
    {{ latest_before('possible', 'executions', ['session_id', 'handler_id', 'flow_number']) }}
    union all
    select possible.session_id, possible.line_number, executions.line_number as late_line_number
    from {{ spans_by_place('late_executions', 'possible', ['session_id', 'handler_id']) }} as executions
    inner join possible
        on
            executions.session_id = possible.session_id
            and executions.handler_id = possible.handler_id
            and executions.place = possible.place
),

last_calls as (
    select session_id, line_number, max(call_line_number) as call_line_number
    from candidates
    group by session_id, line_number
),

attributed as (
    select
        publications.session_id,
        publications.topic,
        publications.publication_number,
        publications.log_file_path,
        publications.line_number,
        executions.handler_id as from_handler_id,
        executions.handler_execution_id,
        executions.flow_id
    from last_calls
    inner join publications
        on last_calls.session_id = publications.session_id and last_calls.line_number = publications.line_number
    inner join executions
        on last_calls.session_id = executions.session_id and last_calls.call_line_number = executions.line_number
),

final as (
    select
        attributed.*,
        routes.sequence_key as routed_sequence_key
    from attributed
    inner join routes
        on
            attributed.session_id = routes.session_id
            and attributed.topic = routes.topic
            and attributed.publication_number = routes.publication_number
)

select * from final
