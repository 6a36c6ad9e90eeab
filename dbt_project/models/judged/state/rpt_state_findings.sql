with findings as (
    {% for part in ['purity', 'keys', 'order', 'races', 'flows'] -%}
    select * from {{ ref('int_state_findings__of_' ~ part) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
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
