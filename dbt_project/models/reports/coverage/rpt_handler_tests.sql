{# The tests that reach each handler, by title. What a test calls in its own lines is surer than what its file imports. #}

with tests as (
    select * from {{ ref('dim_tests') }}
),

handlers as (
    select handler_id, plugin_name, handler_name from {{ ref('dim_handlers') }}
    where is_declared
),

-- A handler may be another function in each sequence: a test of any of them reaches it.
functions as (
    select distinct plugin_name, handler_name, code_file_path, code_line_number
    from {{ ref('stg_code__beat_handlers') }}
    where code_line_number is not null
),

calls as (
    select distinct code_file_path, code_line_number, target_file_path, target_line_number
    from {{ ref('fct_code_edges') }}
    where edge_kind = 'calls' and is_test
),

reaching as (
    select functions.plugin_name, functions.handler_name, tests.test_id, 1 as evidence_rank
    from calls
    inner join functions
        on calls.target_file_path = functions.code_file_path and calls.target_line_number = functions.code_line_number
    inner join tests
        on
            calls.code_file_path = tests.test_file_path
            and calls.code_line_number between tests.code_line_number and tests.code_end_line_number
    union all
    select files.plugin_name, files.handler_name, tests.test_id, case files.evidence_kind when 'imported_by_test' then 2 else 3 end
    from {{ ref('fct_test_coverage') }} as files
    inner join tests
        on files.evidence_file_path = tests.test_file_path
    where files.evidence_kind <> 'coverage_report'
),

surest as (
    select plugin_name, handler_name, test_id, min(evidence_rank) as evidence_rank
    from reaching
    group by plugin_name, handler_name, test_id
),

final as (
    select
        {{ stable_id(['handlers.handler_id', 'tests.test_id']) }} as handler_test_id,
        handlers.handler_id,
        handlers.plugin_name,
        handlers.handler_name,
        tests.test_id,
        tests.test_title,
        tests.suite_title,
        tests.test_file_path,
        tests.code_line_number,
        case surest.evidence_rank
            when 1 then 'called_by_test'
            when 2 then 'imported_by_test'
            else 'named_by_test'
        end as evidence_kind,
        tests.language,
        tests.test_framework,
        tests.is_skipped,
        tests.last_status
    from surest
    inner join handlers
        on surest.plugin_name = handlers.plugin_name and surest.handler_name = handlers.handler_name
    inner join tests
        on surest.test_id = tests.test_id
)

select * from final
