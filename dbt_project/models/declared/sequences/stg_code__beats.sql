{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'beats') }}
),

renamed as (
    select
        -- ids
        sequence_key,
        movement_key,

        -- text
        movement_name,
        topic,
        handler_name,
        beat_title,
        beat_kind,
        timing,
        error_handling,
        declaration_file_path,
        declaration_json_path,

        -- numerics
        movement_number,
        beat_number,
        beat_position
    from source
)

select * from renamed
