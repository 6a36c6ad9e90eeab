{# Requests that went nowhere, flows of sequences nobody declared, and topics several sequences share. #}

with flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
),

final as (
    select {{ deviation(
        session_id='records.session_id', flow_id='flows.flow_id', deviation_class="case records.signal
            when 'topic_unknown' then 'unknown_topic'
            when 'plugin_missing' then 'unknown_plugin'
            when 'sequence_missing' then 'unknown_sequence'
            else 'blocked_emission'
        end",
        sequence_name='flows.sequence_name', topic='records.topic', observed_value='records.message',
        occurrence_count=1, log_file_path='records.log_file_path', line_number='records.line_number'
    ) }}
    from {{ pending('int_records__correlated') }} as records
    -- After a flow's end a record is nobody's: it must not count against the flow before it.
    left join flows
        on
            records.session_id = flows.session_id
            and records.flow_number = flows.flow_number
            and (flows.end_line_number is null or records.line_number < flows.end_line_number)
    where records.signal in ('topic_unknown', 'plugin_missing', 'sequence_missing', 'emission_blocked')
    union all
    select {{ deviation(
        session_id='session_id', flow_id='flow_id', deviation_class="'undeclared_sequence'",
        sequence_name='sequence_name', occurrence_count=1, log_file_path='log_file_path', line_number='line_number'
    ) }}
    from flows
    where not is_declared and exists (select 1 from {{ ref('stg_code__sequences') }})
    union all
    -- Two sequences that declare one topic both handle it: every time, so it is a fact to know and no alarm.
    select {{ deviation(
        session_id='flows.session_id', flow_id='flows.flow_id', deviation_class="'shared_topic'",
        sequence_name='min(flows.sequence_name)', beat_number='min(handlers.beat_number)', topic='handlers.topic',
        handler_name='min(handlers.handler_name)',
        observed_value="string_agg(distinct sequence.sequence_name, ', ' order by sequence.sequence_name)",
        occurrence_count='count(*)', log_file_path='min(handlers.log_file_path)', line_number='min(handlers.line_number)'
    ) }}
    from {{ pending('int_handler_executions__ended') }} as handlers
    inner join flows
        on handlers.session_id = flows.session_id and handlers.flow_number = flows.flow_number
    inner join {{ ref('stg_code__sequences') }} as sequence
        on handlers.subscribed_sequence_key = sequence.sequence_key and sequence.is_primary
    where handlers.execution_number > 0 and handlers.subscribed_sequence_key <> flows.sequence_key
    group by flows.session_id, flows.flow_id, handlers.topic
)

select * from final
