{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'source_maps') }}
),

renamed as (
    select
        -- text
        generated_file_name,
        source_map_path,
        content
    from source
)

select * from renamed
