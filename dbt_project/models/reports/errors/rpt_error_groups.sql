with tests as (
    select
        handler_id,
        count(distinct case when evidence_kind <> 'coverage_report' then evidence_file_path end) as test_file_count
    from {{ ref('fct_test_coverage') }}
    group by handler_id
),

commits as (
    select counted.error_group_id, count(*) as later_commit_count
    from {{ ref('int_error_groups__counted') }} as counted
    inner join {{ ref('int_error_groups__placed') }} as placed on counted.error_group_id = placed.error_group_id
    inner join {{ ref('int_handler_commits__dated') }} as commits
        on
            placed.plugin_name = commits.plugin_name
            and placed.handler_name = commits.handler_name
            and commits.committed_at >= counted.first_seen_at
    group by counted.error_group_id
),

-- The example people open first: the newest root in a flow.
examples as (
    select error_group_id, error_id, session_id, flow_id, line_number, log_file_path
    from {{ ref('fct_errors') }}
    where not is_consequence
    qualify row_number() over (
        partition by error_group_id
        order by (flow_id is not null) desc, seen_at desc nulls last, log_file_path desc, line_number desc
    ) = 1
),

final as (
    select
        titled.error_group_id,
        counted.severity,
        titled.title,
        titled.explanation,
        titled.error_kind,
        titled.error_class,
        titled.normalised_message,
        titled.example_message,
        titled.subject_kind,
        titled.subject,
        titled.plugin_name,
        titled.handler_id,
        titled.handler_name,
        titled.sequence_name,
        titled.sequence_names,
        titled.beat_number,
        titled.topic,
        titled.frame_function_name,
        titled.frame_file_name,
        titled.frame_line_number,
        titled.frame_evidence,
        coalesce(titled.fault_file_path, titled.handler_code_file_path) as code_file_path,
        case when titled.fault_file_path is null then titled.handler_code_line_number else titled.fault_line_number end
            as code_line_number,
        titled.handler_code_file_path,
        titled.handler_code_line_number,
        titled.thrown_file_path,
        titled.thrown_line_number,
        counted.error_count,
        counted.consequence_count,
        counted.session_count,
        counted.flow_count,
        counted.harmed_flow_count,
        counted.lost_flow_count,
        counted.lost_request_count,
        counted.lost_action_count,
        counted.first_seen_at,
        counted.last_seen_at,
        trended.trend,
        trended.trend_q_value,
        trended.earlier_session_count,
        trended.later_session_count,
        trended.earlier_with_count,
        trended.later_with_count,
        coalesce(tests.test_file_count, 0) as test_file_count,
        coalesce(commits.later_commit_count, 0) as later_commit_count,
        evidence.owners as owner_names,
        examples.error_id as example_error_id,
        examples.session_id,
        examples.flow_id,
        examples.log_file_path,
        examples.line_number
    from {{ ref('int_error_groups__titled') }} as titled
    inner join {{ ref('int_error_groups__counted') }} as counted
        on titled.error_group_id = counted.error_group_id
    inner join {{ source('measured', 'error_trends') }} as trended
        on titled.error_group_id = trended.error_group_id
    inner join examples
        on titled.error_group_id = examples.error_group_id
    left join tests
        on titled.handler_id = tests.handler_id
    left join commits
        on titled.error_group_id = commits.error_group_id
    left join {{ ref('int_handlers__evidenced') }} as evidence
        on titled.plugin_name = evidence.plugin_name and titled.handler_name = evidence.handler_name
)

select * from final
