{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'passed_over_files') }}
),

renamed as (
    select
        -- text
        file_kind,
        example_path,

        -- numerics
        file_count
    from source
)

select * from renamed
