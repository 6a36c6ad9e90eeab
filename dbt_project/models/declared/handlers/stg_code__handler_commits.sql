{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'handler_commits') }}
),

renamed as (
    select
        -- ids
        commit_hash,

        -- text
        plugin_name,
        handler_name,

        -- booleans
        is_line_change
    from source
)

select * from renamed
