with source as (
    select * from {{ source('code', 'topic_routes') }}
),

renamed as (
    select
        -- ids
        sequence_key,

        -- text
        topic,
        plugin_name,
        declaration_file_path
    from source
)

select * from renamed
