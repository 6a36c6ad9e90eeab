{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'offered_handlers') }}
),

renamed as (
    select
        -- text
        handlers_file_path,
        handler_name,
        package_name,
        code_file_path,

        -- numerics
        code_line_number,

        -- booleans
        is_declared
    from source
)

select * from renamed
