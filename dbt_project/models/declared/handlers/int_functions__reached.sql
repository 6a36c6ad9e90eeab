{# The functions a handler reaches by its code: its own, and those it calls, and those they call. #}

with recursive functions as (
    select code_file_path, code_line_number, code_end_line_number
    from {{ ref('dim_code_symbols') }}
    where not is_test
),

edges as (
    select * from {{ ref('fct_code_edges') }}
    where not is_test and edge_kind = 'calls'
),

-- Beyond three calls a path through helpers says little about the handler itself: nearly everything reaches the logger.
reached (handler_id, code_file_path, code_line_number, code_end_line_number, call_depth) as (
    select
        {{ stable_id(['plugin_name', 'handler_name']) }}, code_file_path, code_line_number, code_end_line_number, 0
    from {{ ref('stg_code__handlers') }}
    where code_end_line_number is not null
    union
    select
        reached.handler_id,
        functions.code_file_path,
        functions.code_line_number,
        functions.code_end_line_number,
        reached.call_depth + 1
    from reached
    inner join edges
        on
            reached.code_file_path = edges.code_file_path
            and edges.code_line_number between reached.code_line_number and reached.code_end_line_number
    inner join functions
        on
            edges.target_file_path = functions.code_file_path
            and edges.target_line_number = functions.code_line_number
    where reached.call_depth < 3
),

final as (
    select
        handler_id, code_file_path, code_line_number, code_end_line_number, cast(min(call_depth) as bigint) as call_depth
    from reached
    group by handler_id, code_file_path, code_line_number, code_end_line_number
)

select * from final
