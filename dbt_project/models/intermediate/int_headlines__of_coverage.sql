{# "How much is tested?": lines of handlers the tests ran, beside shares of names, of handlers and of whole files. #}

with handlers as (
    select * from {{ ref('int_handlers__evidenced') }}
),

used as (
    select plugin_name, handler_name, count(*) as execution_count
    from {{ ref('fct_handler_executions') }}
    group by plugin_name, handler_name
),

names as (
    select
        handler_name,
        max(importing_test_file_count) > 0 as is_imported,
        max(coalesce(covered_line_count, 0)) = 0 and max(executable_line_count) > 0 as is_idle
    from handlers
    group by handler_name
),

name_counts as (
    select
        count(*) as name_count,
        count(case when is_imported then 1 end) as imported_count,
        count(case when is_imported and is_idle then 1 end) as idle_count
    from names
),

-- Two handlers may share a function: its lines count once.
functions as (
    select
        coalesce(places.code_file_path || ':' || places.code_line_number, places.plugin_name || ' ' || places.handler_name)
            as place,
        max(handlers.covered_line_count) as covered_line_count,
        max(handlers.executable_line_count) as executable_line_count,
        sum(used.execution_count) as execution_count
    from {{ ref('stg_code__handlers') }} as places
    inner join handlers
        on places.plugin_name = handlers.plugin_name and places.handler_name = handlers.handler_name
    left join used
        on places.plugin_name = used.plugin_name and places.handler_name = used.handler_name
    group by place
),

lines as (
    select
        sum(covered_line_count) as covered_count,
        sum(executable_line_count) as executable_count,
        count(executable_line_count) as known_count,
        count(case when covered_line_count > 0 then 1 end) as touched_count,
        count(*) as function_count,
        100.0 * sum(execution_count * (covered_line_count * 1.0 / nullif(executable_line_count, 0)))
        / nullif(sum(case when executable_line_count > 0 then execution_count end), 0) as traffic_pct
    from functions
),

files as (
    select
        count(*) as file_count,
        sum(covered_line_count) as covered_count,
        sum(executable_line_count) as executable_count
    from (
        select code_file_path, max(covered_line_count) as covered_line_count, max(executable_line_count) as executable_line_count
        from {{ ref('stg_code__file_coverage') }}
        group by code_file_path
    ) as best_reports
),

final as (
    select
        1 as figure_number, 'handler names a test imports' as figure_title,
        100.0 * imported_count / nullif(name_count, 0) as naive_value,
        'distinct handler names whose function some test file imports (' || imported_count || ' of ' || name_count || ')'
            as naive_way,
        'an import runs nothing: of ' || idle_count || ' imported names the tests run no line, of the others not every line'
            as difference_reason
    from name_counts
    union all
    select
        2, 'handlers with a covered line', 100.0 * touched_count / nullif(known_count, 0),
        'functions of handlers of which the tests ran at least one line (' || touched_count || ' of ' || known_count
        || ' a report knows)',
        'one line is enough to count; some reports call the line that declares a function covered although nobody called it'
    from lines
    union all
    select
        3, 'lines of all files', 100.0 * files.covered_count / nullif(files.executable_count, 0),
        'executable lines the tests ran, over the ' || file_count || ' files a report knows ('
        || coalesce(files.covered_count, 0) || ' of ' || coalesce(files.executable_count, 0) || ')',
        'most of these lines belong to no handler: handlers have ' || coalesce(lines.executable_count, 0)
    from files, lines
    union all
    select
        4, 'lines, weighted by use', traffic_pct, 'line coverage of each handler, weighted by its executions',
        'this is the coverage of what production does: the busier a handler, the more its tests count'
    from lines
)

select
    'coverage' as subject,
    figure_number,
    figure_title,
    'pct' as unit,
    100.0 * lines.covered_count / nullif(lines.executable_count, 0) as true_value,
    'executable lines of handlers the tests ran (' || coalesce(lines.covered_count, 0) || ' of '
    || coalesce(lines.executable_count, 0) || ', ' || lines.known_count || ' of ' || lines.function_count || ' functions known)'
        as true_way,
    naive_value,
    naive_way,
    difference_reason
from final
cross join lines
