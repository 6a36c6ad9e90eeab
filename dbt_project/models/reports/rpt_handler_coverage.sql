with handlers as (
    select * from {{ ref('dim_handlers') }}
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

tests as (
    select
        plugin_name,
        handler_name,
        count(distinct test_file_path) as test_file_count,
        count(distinct case when evidence = 'imports' then test_file_path end) as importing_test_file_count
    from {{ ref('stg_code__handler_tests') }}
    group by plugin_name, handler_name
),

coverage as (
    select
        plugin_name,
        handler_name,
        max(covered_line_count) as covered_line_count,
        max(executable_line_count) as executable_line_count
    from {{ ref('stg_code__handler_coverage') }}
    group by plugin_name, handler_name
),

joined as (
    select
        handlers.*,
        coalesce(executions.execution_count, 0) as execution_count,
        coalesce(executions.session_count, 0) as session_count,
        coalesce(executions.error_count, 0) as error_count,
        executions.last_seen_at,
        coalesce(tests.test_file_count, 0) as test_file_count,
        coverage.covered_line_count,
        coverage.executable_line_count,
        100.0 * coverage.covered_line_count / nullif(coverage.executable_line_count, 0) as line_coverage_pct,
        coalesce(executions.execution_count, 0) > 0 as is_used,
        -- Where a coverage report knows the function, it decides; else a test file that imports the function does.
        case
            when coverage.executable_line_count > 0 then coverage.covered_line_count > 0
            else coalesce(tests.importing_test_file_count, 0) > 0
        end as is_tested
    from handlers
    left join executions
        on handlers.handler_id = executions.handler_id
    left join tests
        on handlers.plugin_name = tests.plugin_name and handlers.handler_name = tests.handler_name
    left join coverage
        on handlers.plugin_name = coverage.plugin_name and handlers.handler_name = coverage.handler_name
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
        error_count,
        last_seen_at,
        test_file_count,
        covered_line_count,
        executable_line_count,
        line_coverage_pct,
        code_file_path,
        code_line_number
    from joined
)

select * from final
