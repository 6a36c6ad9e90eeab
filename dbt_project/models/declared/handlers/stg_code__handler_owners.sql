{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'handler_owners') }}
),

renamed as (
    select
        -- text
        plugin_name,
        handler_name,
        owner_name
    from source
)

select * from renamed
