with files as (
    select * from {{ ref('stg_logs__log_files') }}
    where record_count > 0
),

loads as (
    select * from {{ ref('int_sessions__loaded') }}
),

flows as (
    select
        session_id,
        count(*) as flow_count,
        count(case when status = 'failed' then 1 end) as flow_failed_count
    from {{ ref('fct_flows') }}
    group by session_id
),

beats as (
    select session_id, count(*) as beat_execution_count
    from {{ ref('fct_beat_executions') }}
    group by session_id
),

deviations as (
    select session_id, count(*) as deviation_count
    from {{ ref('fct_flow_deviations') }}
    where severity in ('warning', 'critical') and not is_accepted and not is_consequence
    group by session_id
),

errors as (
    select session_id, count(*) as error_count
    from {{ ref('fct_errors') }}
    where severity = 'error' and not is_consequence
    group by session_id
),

final as (
    select
        files.session_id,
        regexp_extract(files.log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as session_name,
        files.log_file_path,
        files.dialect_name as dialect,
        builds.build,
        files.first_emitted_at as started_at,
        files.last_emitted_at as ended_at,
        {{ milliseconds_between('files.first_emitted_at', 'files.last_emitted_at') }} as duration_ms,
        files.first_emitted_at is not null as has_clock,
        files.line_count,
        files.record_count,
        files.rejected_line_count,
        coalesce(flows.flow_count, 0) as flow_count,
        coalesce(flows.flow_failed_count, 0) as flow_failed_count,
        coalesce(beats.beat_execution_count, 0) as beat_execution_count,
        coalesce(deviations.deviation_count, 0) as deviation_count,
        coalesce(errors.error_count, 0) as error_count,
        loads.load_factor,
        coalesce(loads.is_loaded_machine, false) as is_loaded_machine,
        loads.load_evidence,
        files.content_version as session_version
    from files
    left join loads on files.session_id = loads.session_id
    left join {{ ref('int_sessions__built') }} as builds on files.session_id = builds.session_id
    left join flows on files.session_id = flows.session_id
    left join beats on files.session_id = beats.session_id
    left join deviations on files.session_id = deviations.session_id
    left join errors on files.session_id = errors.session_id
)

select * from final
