{# Where the packages that hold declared handlers are: the nearest folder above with a manifest, else the file's own. #}

with manifest_folders as (
    select distinct substring(code_file_path, 1, length(code_file_path) - length('/package.json')) as folder_path
    from {{ ref('dim_source_files') }}
    where code_file_path like '%/package.json'
    union
    select '' as folder_path
    from {{ ref('dim_source_files') }}
    where code_file_path = 'package.json'
),

handler_files as (
    select distinct code_file_path
    from {{ ref('stg_code__beat_handlers') }}
    where code_file_path is not null
),

nearest as (
    select
        handler_files.code_file_path,
        manifest_folders.folder_path,
        row_number() over (
            partition by handler_files.code_file_path order by length(manifest_folders.folder_path) desc
        ) as distance
    from handler_files
    left join manifest_folders
        on {{ is_in_folder('handler_files.code_file_path', 'manifest_folders.folder_path') }}
),

folders as (
    select distinct
        coalesce(
            folder_path,
            {{ folder_of('code_file_path') }}
        ) as folder_path
    from nearest
    where distance = 1
),

-- A folder inside another one adds nothing.
final as (
    select folders.folder_path
    from folders
    where not exists (
        select 1
        from folders as around
        where
            around.folder_path <> folders.folder_path
            and {{ is_in_folder('folders.folder_path', 'around.folder_path') }}
    )
)

select * from final
