{# Flows that did not end well, with where they stood and what waited behind them. #}

with
-- Where an unended flow stood when the log ended.
last_beats as (
    select
        flow_id,
        beat_number,
        topic,
        declared_handler_name
    from {{ pending('int_beats__aligned') }} as beats
    qualify row_number() over (partition by flow_id order by execution_number desc) = 1
),

final as (
    select
        flows.session_id,
        flows.flow_id,
        case
            when flow_status = 'failed' then 'failed_flow'
            when flow_status = 'never_started' then 'never_started_flow'
            when flow_status = 'cancelled' then 'cancelled_flow'
            when is_hung then 'hung_flow'
            else 'incomplete_flow'
        end as deviation_class,
        case when flow_status = 'failed' or is_hung then 'critical' when flow_status = 'cancelled' then 'info' else 'warning' end as severity,
        flows.sequence_name,
        last_beats.beat_number,
        last_beats.topic,
        last_beats.declared_handler_name as handler_name,
        'a completed flow' as expected,
        case
            when flow_status = 'never_started'
                then 'queued' || coalesce(' behind ' || blocking_sequence_name || ', which did not end', '')
                    || ', and the log ends before it starts'
            when flow_status = 'incomplete'
                then case when is_hung then 'it stopped ' else 'the session ended ' end
                    || coalesce('in or after beat ' || last_beats.beat_number, 'before the first beat')
                    || case
                        when is_hung
                            then coalesce(', and the session went on for ' || cast(round(quiet_ms / 1000, 1) as varchar) || ' s', '')
                                || ', ' || waiting_count || ' flows queued behind it'
                        else ''
                    end
            else 'flow ' || flow_status || coalesce(' at beat ' || last_beats.beat_number, '')
        end as observed,
        1 as occurrence_count,
        flows.log_file_path,
        flows.line_number
    from {{ pending('int_flows__halted') }} as flows
    left join last_beats
        on flows.flow_id = last_beats.flow_id
)

select * from final
