with errors as (
    select * from {{ ref('int_errors__collected') }}
),

groups as (
    select * from {{ ref('int_errors__grouped') }}
),

placed as (
    select * from {{ ref('int_errors__placed') }}
),

final as (
    select
        errors.error_id,
        groups.error_group_id,
        groups.root_error_id,
        errors.session_id,
        errors.flow_id,
        errors.beat_execution_id,
        placed.handler_id,
        errors.sequence_name,
        errors.plugin_name,
        errors.handler_name,
        errors.beat_number,
        errors.topic,
        errors.error_kind,
        coalesce(errors.error_class, errors.error_kind) as error_class,
        coalesce(errors.error_message, errors.message) as message,
        groups.normalised_message,
        errors.severity,
        groups.is_consequence,
        groups.consequence_reason,
        errors.emitted_at,
        errors.seen_at,
        errors.detail,
        groups.frame_function_name,
        groups.frame_file_name,
        groups.frame_line_number,
        groups.frame_evidence,
        groups.thrown_file_path,
        groups.thrown_line_number,
        placed.code_file_path,
        placed.code_line_number,
        placed.fault_file_path,
        placed.fault_line_number,
        errors.network_url,
        errors.log_file_path,
        errors.line_number
    from errors
    inner join groups
        on errors.error_id = groups.error_id
    inner join placed
        on errors.error_id = placed.error_id
)

select * from final
