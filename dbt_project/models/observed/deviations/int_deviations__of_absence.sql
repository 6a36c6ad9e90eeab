{# What did not happen: declared beats a flow did not run, and ends that flows did not reach. A beat after the last one of an
   unfinished flow is not missing, nor one parallel to it: it had no chance. #}

with flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

beats as (
    select * from {{ pending('int_beats__aligned') }}
),

declared_beats as (
    select * from {{ ref('stg_code__beats') }}
),

reached as (
    select
        beats.flow_id,
        max(declared_beats.group_number) as furthest_group_number
    from beats
    inner join declared_beats
        on beats.sequence_key = declared_beats.sequence_key and beats.declared_position = declared_beats.beat_position
    group by beats.flow_id
),

expected as (
    select
        flows.session_id,
        flows.flow_id,
        flows.sequence_name,
        flows.flow_status,
        flows.log_file_path,
        flows.line_number,
        declared.beat_number,
        declared.beat_position,
        declared.topic,
        declared.handler_name
    from flows
    inner join declared_beats as declared
        on flows.sequence_key = declared.sequence_key
    left join reached
        on flows.flow_id = reached.flow_id
    where flows.flow_status = 'completed' or declared.group_number < reached.furthest_group_number
),

-- Where an unended flow stood when the log ended.
last_beats as (
    select
        flow_id,
        beat_number,
        topic,
        declared_handler_name
    from beats
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
        session_id='expected.session_id', flow_id='expected.flow_id', deviation_class="'missing_beat'",
        sequence_name='expected.sequence_name', beat_number='expected.beat_number', topic='expected.topic',
        handler_name='expected.handler_name', observed_value='expected.flow_status', occurrence_count=1,
        log_file_path='expected.log_file_path', line_number='expected.line_number'
    ) }}
    from expected
    left join beats
        on expected.flow_id = beats.flow_id and expected.beat_position = beats.declared_position
    where beats.flow_id is null
    union all
    select {{ deviation(
        session_id='session_id', flow_id='flow_id', deviation_class='deviation_class', sequence_name='sequence_name',
        beat_number='beat_number', topic='topic', handler_name='declared_handler_name', observed_value='observed_value',
        occurrence_count=1, log_file_path='log_file_path', line_number='line_number'
    ) }}
    from ended
)

select * from final
