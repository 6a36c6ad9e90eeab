{# Beats and handlers that did not end well, and beats nobody heard. #}

with of_beats as (
    select
        session_id,
        flow_id,
        case
            when beat_status = 'failed' then 'failed_beat'
            when is_unheard then 'no_subscriber'
            else 'incomplete_beat'
        end as deviation_class,
        case
            when beat_status = 'failed' and flow_status = 'failed' then 'critical'
            when is_unheard or beat_status = 'failed' then 'warning'
            else 'info'
        end as severity,
        sequence_name,
        beat_number,
        topic,
        declared_handler_name as handler_name,
        case
            when beat_status = 'failed' then 'a completed beat'
            when is_unheard then 'at least one subscriber of ' || topic
            else 'a completed beat'
        end as expected,
        case
            when beat_status = 'failed' then coalesce(error_message, 'beat failed')
            when is_unheard then 'no subscriber: nothing ran'
            else 'no completion in the log'
        end as observed,
        1 as occurrence_count,
        log_file_path,
        line_number
    from {{ pending('int_beats__aligned') }} as beats
    where beat_status <> 'completed' or is_unheard
),

of_handlers as (
    select
        handlers.session_id,
        flows.flow_id,
        'handler_failed' as deviation_class,
        'warning' as severity,
        flows.sequence_name,
        handlers.beat_number,
        handlers.topic,
        handlers.handler_name,
        'handler returns' as expected,
        concat_ws(': ', handlers.error_class, handlers.error_message) as observed,
        1 as occurrence_count,
        handlers.log_file_path,
        handlers.error_line_number as line_number
    from {{ pending('int_handler_executions__ended') }} as handlers
    left join {{ pending('int_flows__rebuilt') }} as flows
        on handlers.session_id = flows.session_id and handlers.flow_number = flows.flow_number
    where handlers.handler_status = 'error'
),

final as (
    select * from of_beats
    union all
    select * from of_handlers
)

select * from final
