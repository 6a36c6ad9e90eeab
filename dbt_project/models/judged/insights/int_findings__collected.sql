{# What reports give to do: time on the critical path, regressions, untested and unused code, state, declarations. #}

with sessions as (
    select greatest(count(*), 1) as all_session_count from {{ ref('dim_sessions') }}
),

final as (
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
)

select * from final
