{# How often production ran each function behind a beat: what the lcov file of production is written from. #}

with functions as (
    select * from {{ ref('int_functions__executed') }}
),

-- Two symbols may begin on one line; the longer one is the function.
symbols as (
    select
        code_file_path,
        code_line_number,
        max(code_end_line_number) as code_end_line_number,
        {{ value_at_last('code_function_name', 'code_end_line_number') }} as code_function_name
    from {{ ref('dim_code_symbols') }}
    where symbol_kind <> 'class'
    group by code_file_path, code_line_number
),

final as (
    select
        {{ stable_id(['functions.code_file_path', 'functions.code_line_number']) }} as coverage_function_id,
        functions.code_file_path,
        coalesce(symbols.code_function_name, '(anonymous)') as code_function_name,
        functions.code_line_number,
        coalesce(symbols.code_end_line_number, functions.code_line_number) as code_end_line_number,
        functions.handler_count,
        functions.execution_count,
        functions.session_count
    from functions
    left join symbols
        on
            functions.code_file_path = symbols.code_file_path
            and functions.code_line_number = symbols.code_line_number
)

select * from final
