{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'log_files') }}
),

renamed as (
    select
        -- ids
        log_file_id as session_id,

        -- text
        log_file_path,
        content_version,
        ingest_status,
        problem,
        duplicate_of_path,
        dialect_name,
        correlation,

        -- numerics
        dialect_match_pct,
        byte_count,
        line_count,
        record_line_count,
        rejected_line_count,
        blank_line_count,
        held_back_byte_count,
        record_count,
        other_record_count,
        redaction_count,
        replaced_character_count,
        coalesce(refused_stamp_count, 0) as refused_stamp_count,

        -- booleans
        coalesce(is_gone, false) as is_gone,

        -- timestamps
        first_emitted_at,
        last_emitted_at,
        file_modified_at
    from source
)

select * from renamed
