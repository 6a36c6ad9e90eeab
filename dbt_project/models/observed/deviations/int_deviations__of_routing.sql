{# Requests that went nowhere, flows of sequences nobody declared, and topics several sequences share. #}

with flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
),

lost as (
    select
        records.session_id,
        flows.flow_id,
        case records.signal
            when 'topic_unknown' then 'unknown_topic'
            when 'plugin_missing' then 'unknown_plugin'
            when 'sequence_missing' then 'unknown_sequence'
            else 'blocked_emission'
        end as deviation_class,
        'warning' as severity,
        flows.sequence_name,
        cast(null as bigint) as beat_number,
        records.topic,
        cast(null as varchar) as handler_name,
        case records.signal
            when 'topic_unknown' then 'a topic the manifest defines'
            when 'plugin_missing' then 'a plugin that is mounted'
            when 'sequence_missing' then 'a sequence that is registered'
            else 'the event is emitted'
        end as expected,
        records.message as observed,
        1 as occurrence_count,
        records.log_file_path,
        records.line_number
    from {{ pending('int_records__correlated') }} as records
    -- After a flow's end a record is nobody's: it must not count against the flow before it.
    left join flows
        on
            records.session_id = flows.session_id
            and records.flow_number = flows.flow_number
            and (flows.end_line_number is null or records.line_number < flows.end_line_number)
    where records.signal in ('topic_unknown', 'plugin_missing', 'sequence_missing', 'emission_blocked')
),

undeclared as (
    select
        session_id, flow_id, 'undeclared_sequence', 'warning', sequence_name, null, null, null,
        'a declared sequence', 'sequence ' || sequence_name || ' is declared nowhere', 1, log_file_path, line_number
    from flows
    where not is_declared and exists (select 1 from {{ ref('stg_code__sequences') }})
),

-- Two sequences that declare one topic both handle it: every time, so it is a fact to know and no alarm.
shared as (
    select
        flows.session_id,
        flows.flow_id,
        'shared_topic',
        'info',
        min(flows.sequence_name),
        min(handlers.beat_number),
        handlers.topic,
        min(handlers.handler_name),
        'handlers of ' || min(flows.sequence_name),
        'also handlers of ' || string_agg(distinct sequence.sequence_name, ', ' order by sequence.sequence_name),
        count(*),
        min(handlers.log_file_path),
        min(handlers.line_number)
    from {{ pending('int_handler_executions__ended') }} as handlers
    inner join flows
        on handlers.session_id = flows.session_id and handlers.flow_number = flows.flow_number
    inner join {{ ref('stg_code__sequences') }} as sequence
        on handlers.subscribed_sequence_key = sequence.sequence_key and sequence.is_primary
    where handlers.execution_number > 0 and handlers.subscribed_sequence_key <> flows.sequence_key
    group by flows.session_id, flows.flow_id, handlers.topic
),

final as (
    select * from lost
    union all
    select * from undeclared
    union all
    select * from shared
)

select * from final
