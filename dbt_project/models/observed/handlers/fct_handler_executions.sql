with handlers as (
    select * from {{ pending('int_handler_executions__ended') }} as handler
    where handler.handler_name is not null
),

flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

resolutions as (
    select
        session_id,
        {{ clock_resolution("case when end_evidence = 'settled' then duration_ms end") }} as duration_resolution_ms
    from handlers
    group by session_id
),

final as (
    select
        handlers.handler_execution_id,
        beats.beat_execution_id,
        flows.flow_id,
        handlers.session_id,
        {{ stable_id(['handlers.plugin_name', 'handlers.handler_name']) }} as handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        flows.sequence_name,
        handlers.subscribed_sequence_name,
        handlers.beat_number,
        handlers.topic,
        handlers.subscriber_index,
        handlers.handler_status as status,
        handlers.error_class,
        handlers.error_message,
        handlers.called_at,
        handlers.started_at,
        handlers.duration_ms,
        handlers.end_evidence,
        handlers.dispatch_duration_ms,
        -- A late end is read off a time stamp, which has whole milliseconds.
        case
            when handlers.end_evidence = 'state_row' then cast(1 as double)
            else resolutions.duration_resolution_ms
        end as duration_resolution_ms,
        handlers.is_inferred,
        handlers.is_settled,
        handlers.log_file_path,
        handlers.line_number
    from handlers
    left join flows
        on handlers.session_id = flows.session_id and handlers.flow_number = flows.flow_number
    left join {{ pending('int_beats__aligned') }} as beats
        on
            handlers.session_id = beats.session_id
            and handlers.flow_number = beats.flow_number
            and handlers.execution_number = beats.execution_number
    left join resolutions
        on handlers.session_id = resolutions.session_id
)

select * from final
