{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with deviations as (
    select * from {{ ref('int_deviations__of_order') }}
    union all
    select * from {{ ref('int_deviations__of_absence') }}
    union all
    select * from {{ ref('int_deviations__of_flows') }}
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

beats as (
    select sequence_key, topic, min(code_file_path) as code_file_path, min(code_line_number) as code_line_number
    from {{ ref('stg_code__beats') }}
    inner join {{ ref('stg_code__beat_handlers') }}
        using (sequence_key, beat_position)
    group by sequence_key, topic
    having count(*) = 1
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
        coalesce(beats.code_file_path, handlers.code_file_path) as code_file_path,
        case
            when beats.code_file_path is not null then beats.code_line_number
            else handlers.code_line_number
        end as code_line_number,
        pending.expected,
        pending.observed,
        cast(pending.occurrence_count as bigint) as occurrence_count,
        pending.log_file_path,
        pending.line_number
    from pending
    left join flows
        on pending.flow_id = flows.flow_id
    left join beats
        on flows.sequence_key = beats.sequence_key and pending.topic = beats.topic
    left join handlers
        on flows.plugin_name = handlers.plugin_name and pending.handler_name = handlers.handler_name
)

select * from final
