-- What most of a group's root errors name; a group none of whose roots names a handler has that of its consequences:
-- the handlers a refused request failed.
with errors as (
    select
        *,
        error_kind in ('handler_failed', 'beat_failed', 'movement_failed', 'flow_failed') as is_flow_level,
        count(*) over (partition by error_group_id, is_consequence, plugin_name, handler_name, beat_number)
            as alike_handler_count,
        count(*) over (partition by error_group_id, frame_file_name, frame_line_number) as alike_frame_count
    from {{ ref('fct_errors') }}
),

handlers as (
    select
        error_group_id, handler_id, handler_name, plugin_name, beat_number, sequence_name, topic,
        code_file_path as handler_code_file_path, code_line_number as handler_code_line_number
    from errors
    where handler_name is not null
    qualify row_number() over (
        partition by error_group_id
        order by
            is_consequence asc,
            alike_handler_count desc,
            plugin_name asc, handler_name asc, beat_number asc, error_id asc
    ) = 1
),

roots as (
    select
        error_group_id,
        error_kind,
        error_class,
        message,
        sequence_name,
        topic,
        plugin_name,
        normalised_message
    from errors
    where not is_consequence
    -- The first seen one speaks for the group, of those whose words were kept.
    qualify row_number() over (
        partition by error_group_id
        order by (error_class = error_kind), seen_at nulls last, log_file_path, line_number
    ) = 1
),

sequences as (
    select error_group_id, string_agg(distinct sequence_name, ', ' order by sequence_name) as sequence_names
    from errors
    where is_flow_level
    group by error_group_id
),

frames as (
    select
        error_group_id,
        frame_function_name,
        frame_file_name,
        frame_line_number,
        frame_evidence,
        thrown_file_path,
        thrown_line_number,
        fault_file_path,
        fault_line_number
    from errors
    where not is_consequence and frame_file_name is not null
    qualify row_number() over (
        partition by error_group_id
        order by
            (thrown_line_number is not null) desc,
            (thrown_file_path is not null) desc,
            alike_frame_count desc,
            frame_file_name asc, frame_line_number asc, error_id asc
    ) = 1
),

final as (
    select
        roots.error_group_id,
        roots.error_kind,
        roots.error_class,
        roots.message as example_message,
        roots.normalised_message,
        coalesce(handlers.plugin_name, roots.plugin_name) as plugin_name,
        handlers.handler_id,
        handlers.handler_name,
        case when handlers.handler_name is not null then coalesce(handlers.sequence_name, roots.sequence_name) end
            as sequence_name,
        sequences.sequence_names,
        handlers.beat_number,
        handlers.handler_code_file_path,
        handlers.handler_code_line_number,
        coalesce(handlers.topic, roots.topic) as topic,
        frames.* exclude (error_group_id)
    from roots
    left join handlers on roots.error_group_id = handlers.error_group_id
    left join sequences on roots.error_group_id = sequences.error_group_id
    left join frames on roots.error_group_id = frames.error_group_id
)

select * from final
