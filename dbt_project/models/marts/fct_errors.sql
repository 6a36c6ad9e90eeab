{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with records as (
    select * from {{ ref('int_records__correlated') }} as record
    where
        record.signal in (
            'beat_failed', 'handler_failed', 'flow_failed', 'movement_failed', 'network_failed',
            'error_logged', 'warning_logged', 'plugin_missing', 'sequence_missing', 'topic_unknown', 'emission_blocked'
        )
        and {{ only_pending_sessions('record') }}
),

details as (
    select session_id, line_number, detail
    from {{ ref('stg_logs__log_records') }} as record
    where record.signal is not null and record.detail is not null and {{ only_pending_sessions('record') }}
),

flows as (
    select * from {{ ref('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null and {{ only_pending_sessions('flow') }}
),

beats as (
    select * from {{ ref('int_beats__aligned') }} as beat
    where {{ only_pending_sessions('beat') }}
),

handlers as (
    select * from {{ ref('stg_code__handlers') }}
),

-- A failure travels up: handler, beat, movement, flow each report it. The first report counts, those above it are
-- kept and marked as its consequences.
failed_handlers as (
    select distinct session_id, flow_number, execution_number
    from records
    where signal = 'handler_failed' and execution_number > 0
),

placed as (
    select
        records.*,
        flows.flow_id,
        flows.sequence_name as flow_sequence_name,
        flows.plugin_name as flow_plugin_name,
        beats.beat_execution_id,
        beats.topic as beat_topic,
        beats.beat_number as flow_beat_number,
        beats.declared_handler_name,
        (records.signal in ('flow_failed', 'movement_failed') and beats.beat_status = 'failed')
        or (records.signal = 'beat_failed' and failed_handlers.session_id is not null) as is_consequence
    from records
    left join flows
        on records.session_id = flows.session_id and records.flow_number = flows.flow_number
    left join beats
        on
            records.session_id = beats.session_id
            and records.flow_number = beats.flow_number
            and records.execution_number = beats.execution_number
            and records.signal in ('beat_failed', 'handler_failed', 'flow_failed', 'movement_failed')
    left join failed_handlers
        on
            records.session_id = failed_handlers.session_id
            and records.flow_number = failed_handlers.flow_number
            and records.execution_number = failed_handlers.execution_number
),

final as (
    select
        {{ stable_id(['placed.session_id', 'placed.line_number', "'error'"]) }} as error_id,
        placed.session_id,
        placed.flow_id,
        placed.beat_execution_id,
        placed.flow_sequence_name as sequence_name,
        coalesce(placed.plugin_name, placed.flow_plugin_name) as plugin_name,
        coalesce(placed.handler_name, placed.declared_handler_name) as handler_name,
        placed.flow_beat_number as beat_number,
        coalesce(placed.topic, placed.beat_topic) as topic,
        placed.signal as error_kind,
        coalesce(placed.error_class, placed.signal) as error_class,
        coalesce(placed.error_message, placed.message) as message,
        case when placed.signal in (
            'beat_failed', 'handler_failed', 'flow_failed', 'movement_failed', 'network_failed', 'error_logged'
        ) then 'error' else 'warning' end as severity,
        coalesce(placed.is_consequence, false) as is_consequence,
        placed.emitted_at,
        details.detail,
        handlers.code_file_path,
        handlers.code_line_number,
        placed.log_file_path,
        placed.line_number
    from placed
    left join details
        on placed.session_id = details.session_id and placed.line_number = details.line_number
    left join handlers
        on
            coalesce(placed.plugin_name, placed.flow_plugin_name) = handlers.plugin_name
            and coalesce(placed.handler_name, placed.declared_handler_name) = handlers.handler_name
)

select * from final
