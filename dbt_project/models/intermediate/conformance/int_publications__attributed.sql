{# Which handler published a topic in the log, and to which sequence it was routed. #}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with records as (
    select * from {{ ref('int_records__correlated') }} as record
    where record.signal in ('topic_published', 'topic_routed') and {{ only_pending_sessions('record') }}
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
    from {{ ref('fct_handler_executions') }} as execution
    inner join {{ ref('int_handler_executions__ended') }} as ended
        on execution.session_id = ended.session_id and execution.line_number = ended.line_number
    where {{ only_pending_sessions('execution') }}
),

publishers as (
    select distinct handler_id, target_name as topic
    from {{ ref('int_handler_accesses__reached') }}
    where edge_kind = 'publishes'
),

-- The code says who can have published, the log who of them ran last before: in the same flow, or still running. What
-- a callback publishes that a handler left behind for the user is nobody's: any of many may have left it.
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
    from publications
    inner join publishers on publications.topic = publishers.topic
    inner join executions
        on
            publications.session_id = executions.session_id
            and publishers.handler_id = executions.handler_id
            and publications.line_number > executions.line_number
            and (
                publications.flow_number = executions.flow_number
                or publications.line_number <= executions.late_end_line_number
            )
    qualify row_number() over (
        partition by publications.session_id, publications.line_number order by executions.line_number desc
    ) = 1
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
