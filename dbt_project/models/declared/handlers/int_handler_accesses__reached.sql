{# What a handler does to topics and state keys by its code: in its own lines, and in functions it calls. #}

with reached as (
    select * from {{ ref('int_functions__reached') }}
),

edges as (
    select * from {{ ref('fct_code_edges') }}
    where not is_test and edge_kind <> 'imports'
),

final as (
    select
        reached.handler_id,
        edges.edge_kind,
        edges.target_name,
        edges.target_file_path,
        edges.target_line_number,
        edges.code_file_path,
        edges.code_line_number,
        min(reached.call_depth) as call_depth
    from reached
    inner join edges
        on
            reached.code_file_path = edges.code_file_path
            and edges.code_line_number between reached.code_line_number and reached.code_end_line_number
    group by all
)

select * from final
