{# "How much is tested?": lines of handlers the tests ran, beside shares of names, of handlers and of whole files. #}

with handlers as (
    select * from {{ ref('int_handlers__evidenced') }}
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
        count(*) as name_count, count(case when is_imported then 1 end) as imported_count,
        count(case when is_imported and is_idle then 1 end) as idle_count
    from names
),

lines as (
    select
        sum(covered_line_count) as covered_count,
        sum(executable_line_count) as executable_count,
        count(executable_line_count) as known_count,
        count(case when covered_line_count > 0 then 1 end) as touched_count,
        count(*) as function_count,
        100.0 * {{ sum_in_any_order('execution_count * (covered_line_count * 1.0 / nullif(executable_line_count, 0))') }}
        / nullif(sum(case when executable_line_count > 0 then execution_count end), 0) as traffic_pct
    from {{ ref('int_functions__covered') }}
),

calls as (
    select
        count(distinct code_function_name) as exported_count,
        count(distinct case when is_name_called then code_function_name end) as called_count
    from {{ ref('int_functions__packaged') }}
    where is_exported
),

best_reports as (
    select max(covered_line_count) as covered_line_count, max(executable_line_count) as executable_line_count
    from {{ source('code', 'file_coverage') }}
    group by code_file_path
),

files as (
    select
        count(*) as file_count, sum(covered_line_count) as covered_count, sum(executable_line_count) as executable_count
    from best_reports
),

final as (
    select
        1 as figure_number, 'handler names a test imports' as figure_title,
        100.0 * imported_count / nullif(name_count, 0) as naive_value,
        'distinct handler names whose function some test file imports (' || imported_count || ' of ' || name_count || ')'
            as naive_way,
        'an import runs nothing, and a name is one however long its function: of '
        || {{ counted('idle_count', 'imported name') }} || ' the tests run no line at all' as difference_reason
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
        'handlers have ' || coalesce(lines.executable_count, 0) || ' of these lines; the others are code no beat names'
    from files, lines
    union all
    select
        4, 'lines, weighted by use', traffic_pct, 'line coverage of each handler, weighted by its executions',
        'the busier a handler, the more its lines count: this is how well tested what production does is'
    from lines
    union all
    select
        5, 'function names a test calls', 100.0 * called_count / nullif(exported_count, 0),
        'distinct names of exported functions of the packages that some test calls (' || called_count || ' of '
        || exported_count || ')', 'these names are not the handlers, and a call from a test says nothing of the lines it ran'
    from calls
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
