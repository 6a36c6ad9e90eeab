{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'code_tests') }}
),

renamed as (
    select
        -- text
        test_file_path,
        test_title,
        suite_title,

        -- numerics
        code_line_number,
        code_end_line_number,

        -- booleans
        is_skipped
    from source
)

select * from renamed
