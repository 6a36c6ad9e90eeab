{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'beat_handlers') }}
),

renamed as (
    select
        -- ids
        sequence_key,

        -- text
        plugin_name,
        handler_name,
        resolution,
        resolution_evidence,
        code_file_path,

        -- numerics
        beat_position,
        code_line_number
    from source
)

select * from renamed
