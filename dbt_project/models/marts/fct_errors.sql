with errors as (
    select * from {{ ref('int_errors__collected') }}
),

groups as (
    select * from {{ ref('int_errors__grouped') }}
),

handlers as (
    select * from {{ ref('dim_handlers') }}
    qualify row_number() over (partition by plugin_name, handler_name order by handler_id) = 1
),

final as (
    select
        errors.error_id,
        groups.error_group_id,
        groups.root_error_id,
        errors.session_id,
        errors.flow_id,
        errors.beat_execution_id,
        handlers.handler_id,
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
        handlers.code_file_path,
        handlers.code_line_number,
        errors.network_url,
        errors.log_file_path,
        errors.line_number
    from errors
    inner join groups
        on errors.error_id = groups.error_id
    left join handlers
        on errors.plugin_name = handlers.plugin_name and errors.handler_name = handlers.handler_name
)

select * from final
