with records as (
    select * from {{ pending('stg_logs__log_records') }} as record
    where
        (
            record.signal in (
                'beat_failed', 'handler_failed', 'flow_failed', 'movement_failed', 'network_failed',
                'error_logged', 'warning_logged', 'plugin_missing', 'sequence_missing', 'topic_unknown',
                'emission_blocked', 'plugin_mount_failed'
            )
            or record.severity = 'error'
            or (record.severity = 'warning' and record.signal is null)
        )
),

correlated as (
    select session_id, line_number, correlation, flow_number, execution_number, emitted_at
    from {{ pending('int_records__correlated') }} as record
),

-- A record its dialect gives no signal belongs to the flow of the record before it, where one flow runs at a time.
placed_lines as (
    select session_id, line_number, correlation, flow_number, execution_number, emitted_at from correlated
    union all
    select session_id, line_number, null, null, null, emitted_at from records where signal is null
),

carried as (
    select
        session_id,
        line_number,
        last_value(correlation ignore nulls) over so_far as correlation,
        last_value(flow_number ignore nulls) over so_far as flow_number,
        last_value(execution_number ignore nulls) over so_far as execution_number,
        last_value(emitted_at ignore nulls) over so_far as seen_at
    from placed_lines
    window so_far as (partition by session_id order by line_number rows unbounded preceding)
),

placed as (
    select
        records.*,
        records.signal is not null as is_named,
        case when records.signal is null and carried.correlation = 'request_id' then 0 else carried.flow_number end
            as flow_number,
        carried.execution_number,
        carried.seen_at
    from records
    left join carried
        on records.session_id = carried.session_id and records.line_number = carried.line_number
),

flows as (
    select session_id, flow_number, flow_id, sequence_name, plugin_name from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

beats as (
    select session_id, flow_number, execution_number, beat_execution_id, topic, beat_number, declared_handler_name
    from {{ pending('int_beats__aligned') }} as beat
),

final as (
    select
        {{ stable_id(['placed.session_id', 'placed.line_number', "'error'"]) }} as error_id,
        placed.* exclude (sequence_name, plugin_name, handler_name, topic, beat_number, signal, severity),
        flows.flow_id,
        coalesce(flows.sequence_name, placed.sequence_name) as sequence_name,
        placed.plugin_name as stated_plugin_name,
        coalesce(placed.plugin_name, flows.plugin_name) as plugin_name,
        coalesce(placed.handler_name, beats.declared_handler_name) as handler_name,
        coalesce(placed.topic, beats.topic) as topic,
        beats.beat_number,
        beats.beat_execution_id,
        case
            when placed.signal = 'plugin_mount_failed' and placed.severity = 'error' then 'error_logged'
            when placed.signal = 'plugin_mount_failed' then 'warning_logged'
            else coalesce(placed.signal, 'unnamed_' || placed.severity)
        end as error_kind,
        case
            when placed.severity = 'error' or placed.signal in (
                'beat_failed', 'handler_failed', 'flow_failed', 'movement_failed', 'network_failed', 'error_logged'
            ) then 'error' else 'warning'
        end as severity
    from placed
    left join flows
        on placed.session_id = flows.session_id and placed.flow_number = flows.flow_number
    left join beats
        on
            placed.session_id = beats.session_id
            and placed.flow_number = beats.flow_number
            and placed.execution_number = beats.execution_number
            and placed.signal in ('beat_failed', 'handler_failed', 'flow_failed', 'movement_failed')
)

select * from final
