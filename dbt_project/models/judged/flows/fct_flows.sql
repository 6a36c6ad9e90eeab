{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with flows as (
    select * from {{ ref('int_flows__rebuilt') }} as flow
    where {{ only_pending_sessions('flow') }}
),

variants as (
    select * from {{ ref('int_flows__varied') }} as variant
    where {{ only_pending_sessions('variant') }}
),

deviations as (
    select
        flow_id,
        count(*) as deviation_count
    from {{ ref('fct_flow_deviations') }} as deviation
    where severity in ('warning', 'critical') and not is_accepted and {{ only_pending_sessions('deviation') }}
    group by flow_id
),

resolutions as (
    select
        session_id,
        {{ clock_resolution('case when is_duration_stated then duration_ms end') }} as duration_resolution_ms
    from flows
    group by session_id
),

final as (
    select
        flows.flow_id,
        flows.session_id,
        regexp_extract(flows.log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as session_name,
        case when flows.is_declared then {{ stable_id(['flows.sequence_key']) }} end as sequence_id,
        flows.sequence_key,
        flows.sequence_name,
        flows.plugin_name,
        flows.request_id,
        flows.flow_number,
        flows.flow_status as status,
        flows.queued_at,
        flows.started_at,
        flows.ended_at,
        {{ milliseconds_between('flows.queued_at', 'flows.started_at') }} as queue_wait_ms,
        flows.duration_ms,
        case
            when flows.duration_ms is null then null
            when flows.is_duration_stated then resolutions.duration_resolution_ms
            else cast(1 as double)
        end as duration_resolution_ms,
        variants.beat_execution_count,
        variants.variant_id,
        flows.is_declared and coalesce(deviations.deviation_count, 0) = 0 as is_conformant,
        coalesce(deviations.deviation_count, 0) as deviation_count,
        flows.log_file_path,
        flows.line_number
    from flows
    inner join variants
        on flows.flow_id = variants.flow_id
    left join deviations
        on flows.flow_id = deviations.flow_id
    left join resolutions
        on flows.session_id = resolutions.session_id
)

select * from final
