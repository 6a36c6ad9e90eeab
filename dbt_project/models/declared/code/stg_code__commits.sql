{{ config(materialized='view') }}
with source as (
    select * from {{ source('code', 'commits') }}
),

renamed as (
    select
        -- ids
        commit_hash,
        author_key,

        -- text
        subject,

        -- numerics
        file_count,

        -- timestamps
        committed_at
    from source
)

select * from renamed
