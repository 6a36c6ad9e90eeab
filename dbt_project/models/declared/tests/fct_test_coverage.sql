{# Which handlers the tests reach: by coverage report, by import and by name. #}

with handlers as (
    select {{ stable_id(['plugin_name', 'handler_name']) }} as handler_id, plugin_name, handler_name from {{ ref('stg_code__handlers') }}
),

by_report as (
    select
        plugin_name, handler_name, 'coverage_report' as evidence_kind, coverage_file_path as evidence_file_path,
        covered_line_count, executable_line_count, cast(null as bigint) as test_count
    from {{ source('code', 'handler_coverage') }}
),

by_test_file as (
    select
        plugin_name, handler_name,
        case evidence when 'imports' then 'imported_by_test' else 'named_by_test' end as evidence_kind,
        test_file_path as evidence_file_path,
        cast(null as bigint) as covered_line_count, cast(null as bigint) as executable_line_count, test_count
    from {{ source('code', 'handler_tests') }}
),

evidence as (
    select * from by_report
    union all
    select * from by_test_file
),

final as (
    select
        {{ stable_id(['handlers.handler_id', 'evidence.evidence_kind', 'evidence.evidence_file_path']) }} as test_coverage_id,
        handlers.handler_id,
        handlers.plugin_name,
        handlers.handler_name,
        evidence.evidence_kind,
        evidence.evidence_file_path,
        evidence.covered_line_count,
        evidence.executable_line_count,
        100.0 * evidence.covered_line_count / nullif(evidence.executable_line_count, 0) as line_coverage_pct,
        evidence.test_count
    from evidence
    inner join handlers
        on evidence.plugin_name = handlers.plugin_name and evidence.handler_name = handlers.handler_name
)

select * from final
