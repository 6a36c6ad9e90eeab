{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with deviations as (
    select * from {{ ref('int_deviations__of_order') }}
    union all
    select * from {{ ref('int_deviations__of_absence') }}
    union all
    select * from {{ ref('int_deviations__of_outcome') }}
    union all
    select * from {{ ref('int_deviations__of_routing') }}
    union all
    select * from {{ ref('int_deviations__of_topics') }}
),

pending as (
    select * from deviations as deviation
    where {{ only_pending_sessions('deviation') }}
),

flows as (
    select flow_id, sequence_key, plugin_name from {{ ref('int_flows__rebuilt') }} as flow
    where {{ only_pending_sessions('flow') }}
),

handlers as (
    select * from {{ ref('stg_code__handlers') }}
),

final as (
    select
        {{ stable_id(['pending.session_id', 'pending.deviation_class', 'pending.line_number', 'pending.flow_id', 'pending.topic', 'pending.beat_number', 'pending.expected']) }} as deviation_id,
        pending.flow_id,
        pending.session_id,
        pending.deviation_class,
        pending.severity,
        flows.sequence_key,
        pending.sequence_name,
        pending.beat_number,
        pending.topic,
        pending.handler_name,
        handlers.code_file_path,
        handlers.code_line_number,
        pending.expected,
        pending.observed,
        cast(pending.occurrence_count as bigint) as occurrence_count,
        pending.log_file_path,
        pending.line_number
    from pending
    left join flows
        on pending.flow_id = flows.flow_id
    left join handlers
        on flows.plugin_name = handlers.plugin_name and pending.handler_name = handlers.handler_name
)

select * from final
