{# Lines of the functions behind declared handlers that tests ran. Two handlers may share one: its lines count once. #}

with handlers as (
    select * from {{ ref('stg_code__handlers') }}
),

evidence as (
    select * from {{ ref('int_handlers__evidenced') }}
),

used as (
    select plugin_name, handler_name, count(*) as execution_count
    from {{ ref('fct_handler_executions') }}
    group by plugin_name, handler_name
),

-- A handler that is no single function stands for itself.
placed as (
    select
        handlers.plugin_name,
        handlers.handler_name,
        coalesce(
            handlers.code_file_path || ':' || handlers.code_line_number,
            handlers.plugin_name || ' ' || handlers.handler_name
        ) as function_place
    from handlers
),

final as (
    select
        placed.function_place,
        max(evidence.covered_line_count) as covered_line_count,
        max(evidence.executable_line_count) as executable_line_count,
        cast(sum(coalesce(used.execution_count, 0)) as bigint) as execution_count
    from placed
    inner join evidence
        on placed.plugin_name = evidence.plugin_name and placed.handler_name = evidence.handler_name
    left join used
        on placed.plugin_name = used.plugin_name and placed.handler_name = used.handler_name
    group by placed.function_place
)

select * from final
