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

        -- numerics
        byte_count,
        line_count,
        test_count,

        -- booleans
        is_test
    from source
)

select * from renamed
