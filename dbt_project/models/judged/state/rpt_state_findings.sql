{# What the state says that wants a look. Besides the other findings: changes only some flows of a sequence make, where the
   handler ran in all of them and left the key alone in the rest. #}

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

of_flows as (
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
),

findings as (
    select * from {{ ref('int_state_findings__of_keys') }}
    union all
    select * from {{ ref('int_state_findings__of_order') }}
    union all
    select * from {{ ref('int_state_findings__of_races') }}
    union all
    select * from of_flows
),

final as (
    select
        {{ stable_id(['findings.finding_class', 'findings.handler_id', 'findings.state_key', 'findings.sequence_name', 'findings.observed']) }} as state_finding_id,
        findings.finding_class,
        findings.severity,
        findings.handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        findings.state_key,
        findings.sequence_name,
        findings.observed,
        findings.occurrence_count,
        findings.case_count,
        findings.session_id,
        findings.log_file_path,
        findings.line_number,
        coalesce(findings.code_file_path, handlers.code_file_path) as code_file_path,
        case
            when findings.code_file_path is null then handlers.code_line_number else findings.code_line_number
        end as code_line_number
    from findings
    left join {{ ref('dim_handlers') }} as handlers
        on findings.handler_id = handlers.handler_id
)

select * from final
