{{ config(materialized='view') }}
with source as (
    select * from {{ source('project', 'accepted_deviations') }}
),

renamed as (
    select
        -- text
        accepted_file_name,
        deviation_class,
        sequence_pattern,
        place_pattern,
        reason,

        -- numerics
        entry_number,

        -- dates
        cast(accepted_on as date) as accepted_on,
        cast(accepted_until as date) as accepted_until
    from source
)

select * from renamed
