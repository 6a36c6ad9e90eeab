{# What reports give to do, with what is known to help and the execution to look at. #}

with measured as (
    select * from {{ ref('int_findings__collected') }}
),

exemplars as (
    select subject_id, session_id, flow_id, line_number from {{ ref('rpt_exemplars') }}
    where execution_kind = 'handler' and exemplar = 'slowest'
),

final as (
    select
        {{ stable_id(['measured.symptom_kind', 'measured.symptom_class', 'measured.source_id']) }} as recommendation_id,
        measured.symptom_kind,
        measured.symptom_class,
        fixes.fix_class,
        measured.handler_name,
        measured.plugin_name,
        measured.sequence_name,
        cast(null as bigint) as beat_number,
        measured.topic,
        measured.expected,
        measured.observed,
        cast(null as varchar) as error_group_id,
        measured.code_file_path,
        measured.code_line_number,
        measured.session_count,
        measured.occurrence_count,
        -- A saving is time already; a count is worth the harm of one.
        measured.gain_seconds * case when measured.symptom_kind in ('state', 'drift') then fixes.harm_seconds else 1 end
            as gain_seconds,
        fixes.confidence * measured.certainty as confidence,
        fixes.effort_hours,
        cast(null as timestamptz) as first_seen_at,
        cast(null as timestamptz) as last_seen_at,
        'open' as outcome,
        exemplars.session_id,
        exemplars.flow_id,
        session.log_file_path,
        exemplars.line_number
    from measured
    inner join {{ ref('known_fixes') }} as fixes
        on measured.symptom_kind = fixes.symptom_kind and measured.symptom_class = fixes.symptom_class
    left join {{ ref('dim_handlers') }} as handler
        on measured.handler_name = handler.handler_name and measured.plugin_name = handler.plugin_name
    left join exemplars on handler.handler_id = exemplars.subject_id
    left join {{ ref('dim_sessions') }} as session on exemplars.session_id = session.session_id
)

select * from final
