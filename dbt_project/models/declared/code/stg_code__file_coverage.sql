{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'file_coverage') }}
),

renamed as (
    select
        -- text
        code_file_path,
        coverage_file_path,

        -- numerics
        covered_line_count,
        executable_line_count
    from source
)

select * from renamed
