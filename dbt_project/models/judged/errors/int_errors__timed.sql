{# Network rows have no stamp: the last one before them is theirs. #}
with records as (
    select
        session_id,
        line_number,
        max(emitted_at) over (
            partition by session_id order by line_number rows between unbounded preceding and current row
        ) as detected_at
    from {{ ref('int_records__correlated') }}
),

errors as (
    select * from {{ ref('fct_errors') }}
),

final as (
    select
        errors.session_id,
        errors.flow_id,
        errors.error_group_id as error_group,
        errors.message,
        errors.sequence_name,
        errors.beat_number,
        errors.topic,
        errors.plugin_name,
        errors.handler_name,
        errors.code_file_path,
        errors.code_line_number,
        records.detected_at,
        errors.log_file_path,
        errors.line_number
    from errors
    inner join records
        on errors.session_id = records.session_id and errors.line_number = records.line_number
)

select * from final
