with symbols as (
    select * from {{ source('code', 'code_symbols') }}
),

-- Two symbols may begin on one line; their order there tells them apart.
final as (
    select
        {{ stable_id(['code_file_path', 'code_line_number', 'code_function_name', 'symbol_kind', 'place_on_line']) }} as code_symbol_id,
        {{ stable_id(['code_file_path']) }} as source_file_id,
        * exclude (place_on_line)
    from (
        select
            *,
            row_number() over (
                partition by code_file_path, code_line_number, code_function_name, symbol_kind
                order by code_end_line_number, enclosing_symbol, signature
            ) as place_on_line
        from symbols
    ) as placed
)

select * from final
