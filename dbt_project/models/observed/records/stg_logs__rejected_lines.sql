{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'rejected_lines') }}
),

renamed as (
    select
        -- ids
        log_file_id as session_id,

        -- text
        log_file_path,
        reason,
        line_text,

        -- numerics
        line_number,
        byte_count
    from source
)

select * from renamed
