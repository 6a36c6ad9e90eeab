{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'source_files') }}
),

renamed as (
    select
        -- text
        code_file_path,
        language,
        scan_status,
        problem,
        content_hash,
        test_framework,

        -- numerics
        byte_count,
        line_count,
        test_count,
        commit_count,

        -- booleans
        is_test
    from source
)

select * from renamed
