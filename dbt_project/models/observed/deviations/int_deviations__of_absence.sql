{# Declared beats a flow did not run. A beat after the last one of an unfinished flow is not missing, nor one
   parallel to it: it had no chance. #}

with flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

beats as (
    select * from {{ pending('int_beats__aligned') }}
),

declared_beats as (
    select beat.*, grouped.group_number
    from {{ ref('stg_code__beats') }} as beat
    inner join {{ ref('int_beats__grouped') }} as grouped
        on beat.sequence_key = grouped.sequence_key and beat.beat_position = grouped.beat_position
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
)

select * from final
