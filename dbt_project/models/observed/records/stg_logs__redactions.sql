{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'redactions') }}
),

renamed as (
    select
        -- ids
        log_file_id as session_id,

        -- text
        log_file_path,
        redaction_rule,

        -- numerics
        redaction_count
    from source
)

select * from renamed
