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

ended as (
    select
        flows.*,
        last_beats.beat_number,
        last_beats.topic,
        last_beats.declared_handler_name,
        case
            when flow_status = 'failed' then 'failed_flow'
            when flow_status = 'never_started' then 'never_started_flow'
            when flow_status = 'cancelled' then 'cancelled_flow'
            when is_hung then 'hung_flow'
            else 'incomplete_flow'
        end as deviation_class,
        case
            when flow_status = 'never_started' then coalesce(' behind ' || blocking_sequence_name || ', which did not end', '')
            when flow_status <> 'incomplete' then coalesce(' at beat ' || last_beats.beat_number, '')
            else
                coalesce('in or after beat ' || last_beats.beat_number, 'before the first beat')
                || case
                    when is_hung
                        then coalesce(', and the session went on for ' || cast(round(quiet_ms / 1000, 1) as varchar) || ' s', '')
                            || ', ' || waiting_count || ' flows queued behind it'
                    else ''
                end
        end as observed_value
    from {{ pending('int_flows__halted') }} as flows
    left join last_beats
        on flows.flow_id = last_beats.flow_id
),

final as (
    select {{ deviation(
        session_id='session_id', flow_id='flow_id', deviation_class='deviation_class', sequence_name='sequence_name',
        beat_number='beat_number', topic='topic', handler_name='declared_handler_name', observed_value='observed_value',
        occurrence_count=1, log_file_path='log_file_path', line_number='line_number'
    ) }}
    from ended
)

select * from final
