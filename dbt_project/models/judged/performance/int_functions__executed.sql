{# How often production ran each function behind a beat, by its place in the code. #}

with beat_functions as (
    select handler_id, sequence_name, code_file_path, code_line_number
    from {{ ref('dim_beats') }}
    where code_line_number is not null and resolution = 'unique'
),

-- A handler that is another function in each sequence is told by the sequence that subscribed it.
by_sequence as (
    select handler_id, sequence_name, min(code_file_path) as code_file_path, min(code_line_number) as code_line_number
    from beat_functions
    group by handler_id, sequence_name
    having count(distinct code_file_path || ':' || code_line_number) = 1
),

by_handler as (
    select handler_id, min(code_file_path) as code_file_path, min(code_line_number) as code_line_number
    from beat_functions
    group by handler_id
    having count(distinct code_file_path || ':' || code_line_number) = 1
),

placed as (
    select
        executions.session_id,
        executions.status,
        coalesce(by_handler.code_file_path, by_sequence.code_file_path) as code_file_path,
        coalesce(by_handler.code_line_number, by_sequence.code_line_number) as code_line_number
    from {{ ref('fct_handler_executions') }} as executions
    left join by_handler on executions.handler_id = by_handler.handler_id
    left join by_sequence
        on
            executions.handler_id = by_sequence.handler_id
            and coalesce(executions.subscribed_sequence_name, executions.sequence_name) = by_sequence.sequence_name
),

executed as (
    select code_file_path, code_line_number, count(*) as execution_count, count(distinct session_id) as session_count
    from placed
    where code_line_number is not null
    group by code_file_path, code_line_number
),

functions as (
    select code_file_path, code_line_number, count(distinct handler_id) as handler_count
    from beat_functions
    group by code_file_path, code_line_number
),

final as (
    select
        functions.code_file_path,
        functions.code_line_number,
        functions.handler_count,
        coalesce(executed.execution_count, 0) as execution_count,
        coalesce(executed.session_count, 0) as session_count
    from functions
    left join executed
        on
            functions.code_file_path = executed.code_file_path
            and functions.code_line_number = executed.code_line_number
)

select * from final
