{{ config(materialized='view') }}
with source as (
    select * from {{ source('project', 'named_builds') }}
),

renamed as (
    select
        -- text
        log_path_pattern,
        build_name,

        -- numerics
        pattern_number
    from source
)

select * from renamed
