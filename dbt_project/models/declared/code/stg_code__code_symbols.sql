{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'code_symbols') }}
),

renamed as (
    select
        -- text
        code_file_path,
        code_function_name,
        symbol_kind,
        enclosing_symbol,
        signature,
        doc_comment,

        -- numerics
        code_line_number,
        code_end_line_number,
        complexity,
        line_count,
        covered_line_count,
        executable_line_count,

        -- booleans
        is_exported,
        is_test
    from source
)

select * from renamed
