{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'declared_budgets') }}
),

renamed as (
    select
        -- text
        subject_kind,
        name_pattern,
        statistic,
        severity,
        declaration_file_path,
        declaration_key,

        -- numerics
        budget_number,
        limit_ms,
        declaration_line_number
    from source
)

select * from renamed
