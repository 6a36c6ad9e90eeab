{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'handler_tests') }}
),

renamed as (
    select
        -- text
        plugin_name,
        handler_name,
        test_file_path,
        evidence,

        -- numerics
        test_count
    from source
)

select * from renamed
