{{ config(materialized='view') }}
with source as (
    select * from {{ source('project', 'anomaly_settings') }}
),

renamed as (
    select
        -- text
        setting_name,
        setting_value,
        reason,

        -- numerics
        setting_number
    from source
)

select * from renamed
