{# The handler of each error and where to look for its cause: in the handler, or where the error was thrown. #}

with errors as (
    select * from {{ ref('int_errors__collected') }}
),

groups as (
    select error_id, thrown_file_path, thrown_line_number from {{ source('measured', 'error_roots') }}
),

handlers as (
    select * from {{ ref('dim_handlers') }}
    qualify row_number() over (partition by plugin_name, handler_name order by handler_id) = 1
),

-- A handler that is several functions is one in each of its beats.
beats as (
    select
        handler_id,
        sequence_name,
        beat_number,
        min(code_file_path) as code_file_path,
        min(code_line_number) as code_line_number
    from {{ ref('dim_beats') }}
    where code_line_number is not null
    group by handler_id, sequence_name, beat_number
    having count(distinct code_file_path || ':' || code_line_number) = 1
),

-- Where an error was thrown in a function its handler leads to, that is the handler's own doing.
thrown_inside as (
    select distinct groups.error_id
    from groups
    inner join errors
        on groups.error_id = errors.error_id
    inner join handlers
        on errors.plugin_name = handlers.plugin_name and errors.handler_name = handlers.handler_name
    inner join {{ ref('int_functions__reached') }} as functions
        on
            handlers.handler_id = functions.handler_id
            and groups.thrown_file_path = functions.code_file_path
            and groups.thrown_line_number between functions.code_line_number and functions.code_end_line_number
),

placed as (
    select
        errors.error_id,
        handlers.handler_id,
        coalesce(beats.code_file_path, handlers.code_file_path) as code_file_path,
        case
            when beats.code_file_path is not null then beats.code_line_number
            else handlers.code_line_number
        end as code_line_number
    from errors
    left join handlers
        on errors.plugin_name = handlers.plugin_name and errors.handler_name = handlers.handler_name
    left join beats
        on
            handlers.handler_id = beats.handler_id
            and errors.sequence_name = beats.sequence_name
            and errors.beat_number = beats.beat_number
),

-- A framework reports a failed beat from its own executor: the handler comes first, the executor only noticed.
judged as (
    select
        placed.*,
        groups.thrown_file_path,
        groups.thrown_line_number,
        groups.thrown_file_path is not null and (
            placed.code_file_path is null
            or errors.error_kind not in ('beat_failed', 'movement_failed', 'flow_failed')
            or thrown_inside.error_id is not null
        ) as is_thrown_place
    from placed
    inner join errors on placed.error_id = errors.error_id
    inner join groups on placed.error_id = groups.error_id
    left join thrown_inside on placed.error_id = thrown_inside.error_id
),

final as (
    select
        error_id,
        handler_id,
        code_file_path,
        code_line_number,
        case when is_thrown_place then thrown_file_path else code_file_path end as fault_file_path,
        case when is_thrown_place then thrown_line_number else code_line_number end as fault_line_number
    from judged
)

select * from final
