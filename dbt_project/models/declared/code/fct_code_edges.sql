with edges as (
    select
        *,
        row_number() over (
            partition by code_file_path, code_line_number, edge_kind, code_function_name, target_name
            order by target_file_path, target_line_number
        ) as place_on_line
    from {{ source('code', 'code_edges') }}
),

final as (
    select
        {{ stable_id(['code_file_path', 'code_line_number', 'edge_kind', 'code_function_name', 'target_name', 'place_on_line']) }} as code_edge_id,
        edge_kind,
        code_file_path,
        code_line_number,
        code_function_name,
        function_line_number,
        target_name,
        target_file_path,
        target_line_number,
        is_test
    from edges
)

select * from final
