{# Recommendations with the page, the line and the place in the code that belong to them. #}

with united as (
    select * from {{ ref('int_recommendations__of_causes') }}
    union all
    select * from {{ ref('int_recommendations__of_measures') }}
),

handlers as (
    select handler_id, handler_name, plugin_name, code_file_path, code_line_number from {{ ref('dim_handlers') }}
    qualify count(*) over (partition by handler_name, plugin_name) = 1
),

-- A finding of the state or a regression is best seen in its own lines.
owned as (
    select recommendation_id, session_id, flow_id, line_number from {{ ref('int_evidence_lines__collected') }}
    where evidence_role = 'cause'
    qualify row_number() over (partition by recommendation_id order by session_id asc, line_number asc) = 1
),

sequences as (
    select sequence_name, min(sequence_id) as sequence_id, min(declaration_file_path) as declaration_file_path
    from {{ ref('dim_sequences') }}
    group by sequence_name
),

-- The code of a handler is where its fix begins; a route or a sequence is fixed where it is declared.
placed as (
    select
        united.* replace (
            tested.sequence_name as sequence_name,
            tested.beat_number as beat_number,
            tested.topic as topic,
            tested.handler_name as handler_name,
            coalesce(owned.session_id, united.session_id) as session_id,
            case when owned.session_id is null then united.flow_id else owned.flow_id end as flow_id,
            coalesce(session.log_file_path, united.log_file_path) as log_file_path,
            coalesce(owned.line_number, united.line_number) as line_number,
            coalesce(
                united.code_file_path, handlers.code_file_path, tested.route_file_path, sequences.declaration_file_path
            ) as code_file_path,
            case
                when united.code_file_path is null then handlers.code_line_number
                else united.code_line_number
            end as code_line_number
        ),
        tested.* exclude (recommendation_id, sequence_name, beat_number, topic, handler_name),
        handlers.handler_id,
        sequences.sequence_id,
        fixes.severity,
        fixes.cause_words,
        fixes.fix_words,
        fixes.proof_words
    from united
    inner join {{ ref('known_fixes') }} as fixes
        on united.symptom_kind = fixes.symptom_kind and united.symptom_class = fixes.symptom_class
    inner join {{ ref('int_recommendations__tested') }} as tested on united.recommendation_id = tested.recommendation_id
    left join owned on united.recommendation_id = owned.recommendation_id and united.symptom_kind in ('state', 'regression')
    left join {{ ref('dim_sessions') }} as session on owned.session_id = session.session_id
    left join handlers on tested.handler_name = handlers.handler_name and united.plugin_name = handlers.plugin_name
    left join sequences on tested.sequence_name = sequences.sequence_name
)

select * from placed
