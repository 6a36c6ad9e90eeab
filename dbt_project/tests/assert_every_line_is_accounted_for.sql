{# Nothing is dropped in silence: per log file, lines = lines in records + rejected + blank, and the rows agree. #}

with files as (
    select * from {{ ref('stg_logs__log_files') }}
),

records as (
    select session_id, count(*) as row_count, sum(line_count) as line_count
    from {{ ref('stg_logs__log_records') }}
    group by session_id
),

rejected as (
    select log_file_id as session_id, count(*) as row_count
    from {{ source('logs', 'rejected_lines') }}
    group by log_file_id
)

select
    files.log_file_path,
    files.line_count,
    files.record_line_count,
    records.line_count as lines_in_record_rows,
    files.rejected_line_count,
    rejected.row_count as rejected_rows,
    files.blank_line_count
from files
left join records
    on files.session_id = records.session_id
left join rejected
    on files.session_id = rejected.session_id
where
    files.line_count <> files.record_line_count + files.rejected_line_count + files.blank_line_count
    or files.record_line_count <> coalesce(records.line_count, 0)
    or files.record_count <> coalesce(records.row_count, 0)
    or files.rejected_line_count <> coalesce(rejected.row_count, 0)
