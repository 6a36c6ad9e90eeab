{# Beats and handlers that did not end well, and beats nobody heard. #}

with beats as (
    select
        *,
        case
            when beat_status = 'failed' then 'failed_beat'
            when is_unheard then 'no_subscriber'
            else 'incomplete_beat'
        end as deviation_class
    from {{ pending('int_beats__aligned') }} as beat
    where beat_status <> 'completed' or is_unheard
),

final as (
    select {{ deviation(
        session_id='session_id', flow_id='flow_id', deviation_class='deviation_class',
        severity="case when beat_status = 'failed' and flow_status = 'failed' then 'critical' end",
        sequence_name='sequence_name', beat_number='beat_number', topic='topic', handler_name='declared_handler_name',
        observed_value="coalesce(error_message, 'beat failed')", occurrence_count=1,
        log_file_path='log_file_path', line_number='line_number'
    ) }}
    from beats
    union all
    select {{ deviation(
        session_id='handlers.session_id', flow_id='flows.flow_id', deviation_class="'handler_failed'",
        sequence_name='flows.sequence_name', beat_number='handlers.beat_number', topic='handlers.topic',
        handler_name='handlers.handler_name',
        observed_value="concat_ws(': ', handlers.error_class, handlers.error_message)", occurrence_count=1,
        log_file_path='handlers.log_file_path', line_number='handlers.error_line_number'
    ) }}
    from {{ pending('int_handler_executions__ended') }} as handlers
    left join {{ pending('int_flows__rebuilt') }} as flows
        on handlers.session_id = flows.session_id and handlers.flow_number = flows.flow_number
    where handlers.handler_status = 'error'
)

select * from final
