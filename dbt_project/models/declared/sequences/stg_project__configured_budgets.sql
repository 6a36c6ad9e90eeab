{{ config(materialized='view') }}
with source as (
    select * from {{ source('project', 'configured_budgets') }}
),

renamed as (
    select
        -- text
        subject_kind,
        name_pattern,
        statistic,
        severity,
        config_file_name,
        config_key,

        -- numerics
        budget_number,
        limit_ms
    from source
)

select * from renamed
