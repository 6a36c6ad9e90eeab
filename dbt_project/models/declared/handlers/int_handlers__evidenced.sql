{# What the code, its tests and its history say of each declared handler, one row each, joined once for all readers. #}

with handlers as (
    select * from {{ ref('stg_code__handlers') }}
),

symbols as (
    select
        code_file_path,
        code_line_number,
        max(complexity) as complexity,
        max(line_count) as line_count
    from {{ ref('dim_code_symbols') }}
    group by code_file_path, code_line_number
),

tests as (
    select
        plugin_name,
        handler_name,
        count(distinct evidence_file_path) as test_file_count,
        count(distinct case when evidence_kind = 'imported_by_test' then evidence_file_path end) as importing_test_file_count,
        cast(sum(case when evidence_kind = 'imported_by_test' then test_count end) as bigint) as test_count
    from {{ ref('fct_test_coverage') }}
    where evidence_kind <> 'coverage_report'
    group by plugin_name, handler_name
),

coverage as (
    select
        plugin_name,
        handler_name,
        max(covered_line_count) as covered_line_count,
        max(executable_line_count) as executable_line_count
    from {{ ref('fct_test_coverage') }}
    where evidence_kind = 'coverage_report'
    group by plugin_name, handler_name
),

commits as (
    select
        plugin_name,
        handler_name,
        count(distinct commit_hash) as commit_count,
        count(distinct author_key) as author_count,
        max(committed_at) as last_changed_at,
        count(distinct case when is_line_change then commit_hash end) as line_commit_count
    from {{ ref('int_handler_commits__dated') }}
    group by plugin_name, handler_name
),

owners as (
    select plugin_name, handler_name, string_agg(distinct owner_name, ', ' order by owner_name) as owners
    from {{ source('code', 'handler_owners') }}
    group by plugin_name, handler_name
),

final as (
    select
        handlers.plugin_name,
        handlers.handler_name,
        symbols.complexity,
        symbols.line_count,
        coalesce(tests.test_file_count, 0) as test_file_count,
        coalesce(tests.importing_test_file_count, 0) as importing_test_file_count,
        coalesce(tests.test_count, 0) as test_count,
        coverage.covered_line_count,
        coverage.executable_line_count,
        100.0 * coverage.covered_line_count / nullif(coverage.executable_line_count, 0) as line_coverage_pct,
        coalesce(commits.commit_count, 0) as commit_count,
        coalesce(commits.line_commit_count, 0) as line_commit_count,
        coalesce(commits.author_count, 0) as author_count,
        commits.last_changed_at,
        owners.owners
    from handlers
    left join symbols
        on handlers.code_file_path = symbols.code_file_path and handlers.code_line_number = symbols.code_line_number
    left join tests on handlers.plugin_name = tests.plugin_name and handlers.handler_name = tests.handler_name
    left join coverage on handlers.plugin_name = coverage.plugin_name and handlers.handler_name = coverage.handler_name
    left join commits on handlers.plugin_name = commits.plugin_name and handlers.handler_name = commits.handler_name
    left join owners on handlers.plugin_name = owners.plugin_name and handlers.handler_name = owners.handler_name
)

select * from final
