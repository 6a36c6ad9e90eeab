{{ config(materialized='view') }}
with source as (
    select * from {{ source('logs', 'state_changes') }}
),

renamed as (
    select
        -- ids
        log_file_id as session_id,

        -- text
        log_file_path,
        state_key,
        mutation_kind,
        value_type,
        value_shape,
        value_after,

        -- numerics
        line_number,
        key_position,

        -- booleans
        is_value_cut,
        is_preview_cut
    from source
)

select * from renamed
