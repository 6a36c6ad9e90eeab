{# Handlers a declaration names and the code lacks, and handlers production runs and nobody declares. #}

with handlers as (
    select * from {{ ref('dim_handlers') }}
),

seen as (
    select
        handler_id,
        count(*) as execution_count,
        count(distinct session_id) as session_count,
        max(coalesce(started_at, called_at)) as last_seen_at,
        min_by(session_id, (log_file_path, line_number)) as example_session_id,
        min_by(line_number, (log_file_path, line_number)) as example_line_number
    from {{ ref('fct_handler_executions') }}
    group by handler_id
),

beats as (
    select
        handler_id,
        min(sequence_name) as sequence_name,
        min(topic) as topic,
        min(declaration_file_path) as declaration_file_path
    from {{ ref('dim_beats') }}
    group by handler_id
),

final as (
    select
        case when handlers.is_declared then 'handler_not_in_code' else 'handler_not_declared' end as drift_class,
        'warning' as severity,
        handlers.plugin_name,
        beats.sequence_name,
        beats.topic,
        handlers.handler_name,
        case when handlers.is_declared then 'a function ' || handlers.handler_name else 'a declaration' end as declared,
        case
            when handlers.is_declared then handlers.resolution_evidence
            else 'production runs it, no declaration names it'
        end as found,
        coalesce(seen.execution_count, 0) as occurrence_count,
        coalesce(seen.session_count, 0) as session_count,
        seen.last_seen_at,
        beats.declaration_file_path,
        seen.example_session_id,
        seen.example_line_number
    from handlers
    left join beats on handlers.handler_id = beats.handler_id
    left join seen on handlers.handler_id = seen.handler_id
    where
        (handlers.resolution = 'unresolved' and beats.handler_id is not null and handlers.is_declared)
        or not handlers.is_declared
)

select * from final
