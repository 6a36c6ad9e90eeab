with errors as (
    select * from {{ ref('int_errors__collected') }}
),

groups as (
    select * from {{ source('measured', 'error_roots') }}
),

placed as (
    select * from {{ ref('int_errors__placed') }}
),

-- Exceptions name errors by their kind, and their message or handler. The line of an accepted deviation is accepted with it.
accepted as (
    select
        errors.error_id,
        acceptance.acceptance_id,
        acceptance.reason
    from errors
    inner join groups on errors.error_id = groups.error_id
    left join {{ ref('fct_flow_deviations') }} as deviation
        on errors.session_id = deviation.session_id and errors.line_number = deviation.line_number and deviation.is_accepted
    inner join {{ ref('int_acceptances__collected') }} as acceptance
        on
            deviation.acceptance_id = acceptance.acceptance_id
            or (
                acceptance.deviation_class = errors.error_kind
                and {{ matches_pattern("coalesce(errors.sequence_name, '')", 'acceptance.sequence_pattern') }}
                and (
                    {{ matches_pattern("coalesce(groups.normalised_message, '')", 'acceptance.place_pattern') }}
                    or {{ matches_pattern("coalesce(errors.handler_name, '')", 'acceptance.place_pattern') }}
                )
                and (acceptance.accepted_until is null or cast(errors.seen_at as date) <= acceptance.accepted_until)
            )
    qualify row_number() over (
        partition by errors.error_id order by acceptance.accepted_file_name, acceptance.entry_number
    ) = 1
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
        accepted.acceptance_id is not null as is_accepted,
        accepted.acceptance_id,
        accepted.reason as accepted_reason,
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
    left join accepted
        on errors.error_id = accepted.error_id
)

select * from final
