{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'code_edges') }}
),

renamed as (
    select
        -- text
        code_file_path,
        edge_kind,
        code_function_name,
        target_name,
        target_file_path,

        -- numerics
        code_line_number,
        function_line_number,
        target_line_number,

        -- booleans
        is_test
    from source
)

select * from renamed
