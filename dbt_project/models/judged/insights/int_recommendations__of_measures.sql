{# What reports give to do: time on the critical path, regressions, untested and unused code, state, declarations; with what
   is known to help and the execution to look at. #}

with sessions as (
    select greatest(count(*), 1) as all_session_count from {{ ref('dim_sessions') }}
),

measured as (
    select
        'performance' as symptom_kind,
        'bottleneck' as symptom_class,
        handler_id as source_id,
        handler_name,
        plugin_name,
        cast(null as varchar) as sequence_name,
        cast(null as varchar) as topic,
        'the median of its executions, ' || round(p50_ms, 1) || ' ms' as expected,
        round(saving_per_session_ms, 1) || ' ms per session above it on the critical path, n ' || timed_count as observed,
        session_count,
        timed_count as occurrence_count,
        saving_per_session_ms / 1000 as gain_seconds,
        1.0 as certainty,
        code_file_path,
        code_line_number
    from {{ ref('rpt_handler_performance') }}
    where saving_per_session_ms > 0
    union all
    select
        'regression', 'regression', regression_id, unit_name, plugin_name, null, null,
        round(before_ms, 1) || ' ms' || coalesce(' in ' || good_build, ''),
        round(after_ms, 1) || ' ms' || coalesce(' in ' || bad_build, '') || ', ' || round(change_pct) || '% more',
        after_session_count, after_execution_count, change_per_session_ms / 1000,
        1 - false_discovery_rate, code_file_path, code_line_number
    from {{ ref('fct_regressions') }}
    where unit_kind = 'handler' and direction = 'regression' and lifecycle <> 'resolved' and cause_regression_id is null
    union all
    -- What is tested by nothing fails unseen: at most as often as three in n allow (rule of three, Jovanovic and Levy, 1997).
    select
        'coverage', 'used_untested', handler_id, handler_name, plugin_name, null, null, 'a test that covers it',
        execution_count || ' executions in ' || session_count || ' sessions, and no test', session_count, execution_count,
        30.0 * execution_count / sessions.all_session_count * least(1.0, 3.0 / execution_count)
        * (1 - coalesce(line_coverage_pct, 0) / 100),
        1.0, code_file_path, code_line_number
    from {{ ref('rpt_handler_coverage') }}
    cross join sessions
    where quadrant = 'used_untested' and execution_count > 0
    union all
    select
        'coverage', 'unused', handler_id, handler_name, plugin_name, null, null, 'an execution',
        'none in ' || window_session_count || ' sessions: used in at most ' || round(usage_upper_bound_pct, 1)
        || '% of sessions (95% confidence)', 0, 0, 0.2, 1 - usage_upper_bound_pct / 100, code_file_path, code_line_number
    from {{ ref('rpt_handler_coverage') }}
    where not is_used and is_declared and resolution <> 'unresolved' and window_session_count >= 20
    union all
    select
        'state', finding_class, state_finding_id, handler_name, plugin_name, sequence_name, state_key, null, observed,
        null, occurrence_count, 1.0, 1.0, code_file_path, code_line_number
    from {{ ref('rpt_state_findings') }}
    where severity in ('warning', 'critical')
    union all
    select * from {{ ref('int_findings__of_drift') }}
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
