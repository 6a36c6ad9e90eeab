{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'handler_coverage') }}
),

renamed as (
    select
        -- text
        plugin_name,
        handler_name,
        coverage_file_path,

        -- numerics
        covered_line_count,
        executable_line_count
    from source
)

select * from renamed
