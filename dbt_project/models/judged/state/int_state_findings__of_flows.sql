{# Changes only some flows of a sequence make: the handler ran in all of them and left the key alone in the rest. #}

with executions as (
    select
        sequence_name,
        handler_id,
        count(distinct flow_id) as flow_count
    from {{ ref('fct_handler_executions') }}
    where status = 'ok'
    group by sequence_name, handler_id
),

mutations as (
    select
        *,
        row_number() over (
            partition by sequence_name, handler_id, state_key order by log_file_path, line_number
        ) as place
    from {{ ref('fct_state_mutations') }}
),

changing as (
    select
        sequence_name,
        handler_id,
        state_key,
        count(distinct flow_id) as flow_count,
        max(case when place = 1 then session_id end) as session_id,
        max(case when place = 1 then log_file_path end) as log_file_path,
        max(case when place = 1 then line_number end) as line_number
    from mutations
    group by sequence_name, handler_id, state_key
),

final as (
    select
        'occasional_change' as finding_class,
        'info' as severity,
        changing.handler_id,
        changing.state_key,
        changing.sequence_name,
        'changed in ' || changing.flow_count || ' of ' || executions.flow_count || ' flows' as observed,
        changing.flow_count as occurrence_count,
        executions.flow_count as case_count,
        changing.session_id,
        changing.log_file_path,
        changing.line_number,
        coded.write_file_path as code_file_path,
        coded.write_line_number as code_line_number
    from changing
    inner join executions
        on changing.sequence_name = executions.sequence_name and changing.handler_id = executions.handler_id
    left join {{ ref('int_state_keys__coded') }} as coded
        on changing.handler_id = coded.handler_id and changing.state_key = coded.state_key
    -- Below 20 flows a share says nothing.
    where executions.flow_count >= 20 and changing.flow_count < executions.flow_count
)

select * from final
