{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'topic_routes') }}
),

renamed as (
    select
        -- ids
        sequence_key,

        -- text
        topic,
        plugin_name,
        route_kind,
        declaration_file_path
    from source
)

select * from renamed
