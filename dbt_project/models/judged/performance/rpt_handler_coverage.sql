{# Used x tested, with how sure "never executed" is, why, and what is risky: traffic x change x errors x untested. #}

with handlers as (
    select * from {{ ref('dim_handlers') }}
),

evidence as (
    select * from {{ ref('int_handlers__evidenced') }}
),

reachable as (
    select * from {{ ref('int_handlers__reached') }}
),

sessions as (
    select count(*) as window_session_count from {{ ref('dim_sessions') }}
),

executions as (
    select
        handler_id,
        count(*) as execution_count,
        count(distinct session_id) as session_count,
        count(case when status = 'error' then 1 end) as error_count,
        max(coalesce(started_at, called_at)) as last_seen_at
    from {{ ref('fct_handler_executions') }}
    group by handler_id
),

joined as (
    select
        handlers.*,
        coalesce(executions.execution_count, 0) as execution_count,
        coalesce(executions.session_count, 0) as session_count,
        sessions.window_session_count,
        coalesce(executions.error_count, 0) as error_count,
        executions.last_seen_at,
        evidence.covered_line_count,
        evidence.executable_line_count,
        coalesce(executions.execution_count, 0) > 0 as is_used,
        -- Where a coverage report knows the function, it decides; else a test file that imports the function does.
        case
            when evidence.executable_line_count > 0 then evidence.covered_line_count > 0
            else coalesce(evidence.importing_test_file_count, 0) > 0
        end as is_tested,
        reachable.route_count,
        reachable.flow_count,
        reachable.sequence_count
    from handlers
    cross join sessions
    left join executions on handlers.handler_id = executions.handler_id
    left join evidence on handlers.plugin_name = evidence.plugin_name and handlers.handler_name = evidence.handler_name
    left join reachable on handlers.handler_id = reachable.handler_id
),

final as (
    select
        handler_id,
        handler_name,
        plugin_name,
        is_declared,
        resolution,
        is_used,
        is_tested,
        case
            when is_used and is_tested then 'used_tested'
            when is_used then 'used_untested'
            when is_tested then 'unused_tested'
            else 'unused_untested'
        end as quadrant,
        execution_count,
        session_count,
        window_session_count,
        {{ usage_lower_bound_pct('session_count', 'window_session_count') }} as usage_lower_bound_pct,
        {{ usage_upper_bound_pct('session_count', 'window_session_count') }} as usage_upper_bound_pct,
        case
            when is_used then null
            when flow_count > 0 then 'its sequences ran ' || flow_count || ' times, this beat never'
            when route_count = 0 then 'no route leads to its sequences'
            else 'its sequences were never requested'
        end as unused_reason,
        error_count,
        100.0 * error_count / nullif(execution_count, 0) as error_pct,
        last_seen_at,
        test_file_count,
        tests_count,
        covered_line_count,
        executable_line_count,
        test_line_coverage_pct as line_coverage_pct,
        commit_count,
        last_changed_at,
        complexity,
        -- Risk: ln(1 + executions) x (1 + commits) x (1 + 10 x error rate) x share of lines no test ran.
        ln(1 + execution_count) * (1 + commit_count) * (1 + 10.0 * error_count / greatest(execution_count, 1))
        * (1 - coalesce(test_line_coverage_pct / 100, case when is_tested then 1 else 0 end)) as risk_score,
        code_file_path,
        code_line_number
    from joined
)

select * from final
