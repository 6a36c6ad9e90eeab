{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'scan_problems') }}
),

renamed as (
    select
        -- text
        input_kind,
        input_path,
        problem
    from source
)

select * from renamed
