{# Test files that exercise handlers production does not use: never executed ones, and ones no sequence declares. #}

with handlers as (
    select handler_id, handler_name, execution_count from {{ ref('rpt_handler_coverage') }}
),

edges as (
    select * from {{ ref('fct_code_edges') }} where edge_kind = 'calls'
),

imported as (
    select
        tests.evidence_file_path as test_file_path,
        handlers.handler_name,
        handlers.execution_count > 0 as is_used,
        tests.test_count
    from {{ ref('fct_test_coverage') }} as tests
    inner join handlers on tests.handler_id = handlers.handler_id
    where tests.evidence_kind = 'imported_by_test'
),

never_executed as (
    select
        test_file_path,
        'never_executed' as idle_class,
        max(test_count) as test_count,
        count(distinct handler_name) as handler_count,
        string_agg(distinct handler_name, ', ' order by handler_name) as handler_names,
        cast(0 as bigint) as used_handler_count
    from imported
    group by test_file_path
    having count(case when is_used then 1 end) = 0
),

-- One function may be offered by several modules and declared under one of them only; one that other code calls may
-- run in production without a beat of its own.
undeclared_functions as (
    select
        code_file_path,
        code_line_number,
        min(handler_name) as handler_name
    from {{ ref('stg_code__offered_handlers') }} as offered
    where
        code_line_number is not null
        and not exists (
            select 1 from edges
            where
                not edges.is_test
                and edges.target_file_path = offered.code_file_path
                and edges.target_line_number = offered.code_line_number
        )
    group by code_file_path, code_line_number
    having count(case when is_declared then 1 end) = 0
),

undeclared as (
    select
        edges.code_file_path as test_file_path,
        'not_declared' as idle_class,
        max(files.test_count) as test_count,
        count(distinct functions.handler_name) as handler_count,
        string_agg(distinct functions.handler_name, ', ' order by functions.handler_name) as handler_names,
        (
            select count(distinct imported.handler_name) from imported
            where imported.test_file_path = edges.code_file_path and imported.is_used
        ) as used_handler_count
    from edges
    inner join undeclared_functions as functions
        on edges.target_file_path = functions.code_file_path and edges.target_line_number = functions.code_line_number
    left join {{ ref('dim_source_files') }} as files on edges.code_file_path = files.code_file_path
    where edges.is_test
    group by edges.code_file_path
),

final as (
    select
        {{ stable_id(['test_file_path', 'idle_class']) }} as coverage_idle_test_id,
        test_file_path,
        idle_class,
        handler_names,
        handler_count,
        used_handler_count,
        test_count
    from (
        select * from never_executed
        union all
        select * from undeclared
    ) as idle
)

select * from final
