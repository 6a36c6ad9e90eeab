{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'log_records') }}
),

renamed as (
    select
        -- ids
        log_file_id as session_id,
        sequence_key,
        request_id,

        -- text
        log_file_path,
        severity,
        source_file_name,
        message_type,
        signal,
        message,
        detail,
        sequence_name,
        plugin_name,
        handler_name,
        movement_name,
        topic,
        error_class,
        error_message,
        state_change,
        state_preview,
        network_method,
        network_url,
        user_action,
        build_name,

        -- numerics
        line_number,
        line_count,
        source_line_number,
        beat_number,
        subscriber_index,
        item_count,
        attempt_number,
        duration_ms,
        clock_ms,

        -- timestamps
        emitted_at
    from source
)

select * from renamed
