{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'sequences') }}
),

renamed as (
    select
        -- ids
        sequence_key,

        -- text
        sequence_name,
        plugin_name,
        package_name,
        description,
        category,
        handlers_module,
        declaration_hash,
        declaration_file_path,

        -- numerics
        movement_count,
        beat_count,

        -- booleans
        is_primary
    from source
)

select * from renamed
