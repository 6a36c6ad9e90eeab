{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'handlers') }}
),

renamed as (
    select
        -- text
        plugin_name,
        handler_name,
        package_name,
        resolution,
        resolution_evidence,
        candidates,
        code_file_path,
        code_function_name,
        signature,
        doc_comment,

        -- numerics
        candidate_count,
        code_line_number,
        code_end_line_number,

        -- booleans
        is_async
    from source
)

select * from renamed
