with measured as (
    select * from {{ source('measured', 'handler_graphs') }}
),

executions as (
    select handler_id, count(*) as execution_count, count(distinct session_id) as session_count
    from {{ ref('fct_handler_executions') }}
    group by handler_id
),

final as (
    select
        handlers.handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        handlers.handler_kind,
        handlers.is_declared,
        coalesce(executions.execution_count, 0) as execution_count,
        coalesce(executions.session_count, 0) as session_count,
        measured.fan_in_count,
        measured.fan_out_count,
        measured.part_number,
        measured.part_handler_count,
        measured.cycle_number,
        measured.cycle_handler_count,
        measured.is_cut_point,
        measured.split_part_count,
        handlers.code_file_path,
        handlers.code_line_number
    from {{ ref('dim_handlers') }} as handlers
    inner join measured on handlers.handler_id = measured.handler_id
    left join executions on handlers.handler_id = executions.handler_id
)

select * from final
