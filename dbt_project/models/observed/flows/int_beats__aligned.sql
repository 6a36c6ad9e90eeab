with flows as (
    select * from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
),

-- An observed beat is the declared beat of its sequence with the same topic; where a sequence declares a topic more
-- than once, movement and number decide. A log that was cut before a beat's topic was written still says its number.
matched as (
    select
        beats.* replace (coalesce(beats.topic, declared.topic) as topic),
        flows.flow_id,
        flows.flow_status,
        flows.sequence_key,
        flows.sequence_name,
        declared.beat_position as declared_position,
        declared.beat_number as declared_beat_number,
        declared.movement_number as declared_movement_number,
        declared.beat_title,
        declared.handler_name as declared_handler_name
    from {{ pending('int_beats__rebuilt') }} as beats
    inner join flows
        on beats.session_id = flows.session_id and beats.flow_number = flows.flow_number
    left join {{ ref('stg_code__beats') }} as declared
        on
            flows.sequence_key = declared.sequence_key
            and (beats.topic = declared.topic or (beats.topic is null and beats.beat_number = declared.beat_number))
    qualify row_number() over (
        partition by beats.beat_execution_id
        order by
            coalesce(declared.beat_number = beats.beat_number, false) desc,
            coalesce(declared.movement_name = beats.movement_name, false) desc,
            declared.beat_position
    ) = 1
),

final as (
    select
        *,
        row_number() over (
            partition by flow_id, declared_position order by execution_number
        ) as occurrence_number,
        max(declared_position) over (
            partition by flow_id order by execution_number rows between unbounded preceding and 1 preceding
        ) as furthest_position_before,
        lag(is_retried) over (partition by flow_id order by execution_number) as is_retry
    from matched
)

select * from final
