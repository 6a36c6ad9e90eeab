{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'test_results') }}
),

renamed as (
    select
        -- text
        test_file_path,
        test_title,
        test_status,
        failure_message,
        report_file_path,

        -- numerics
        duration_ms
    from source
)

select * from renamed
