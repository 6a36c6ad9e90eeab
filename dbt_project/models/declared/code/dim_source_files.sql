with source_files as (
    select * from {{ source('code', 'source_files') }}
),

final as (
    select
        {{ stable_id(['code_file_path']) }} as source_file_id,
        code_file_path,
        language,
        scan_status,
        problem,
        byte_count,
        line_count,
        content_hash,
        is_test,
        test_count,
        test_framework,
        commit_count
    from source_files
)

select * from final
