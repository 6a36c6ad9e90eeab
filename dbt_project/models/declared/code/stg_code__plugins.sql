{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'plugins') }}
),

renamed as (
    select
        -- text
        plugin_name,
        description,
        declaration_file_path
    from source
)

select * from renamed
