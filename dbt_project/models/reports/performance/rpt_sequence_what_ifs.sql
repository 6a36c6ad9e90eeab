{# What a sequence would take without one of its beats, a handler, or the handlers of a kind. A figure is given only where
   flows of the sequence ran without it, with all other steps the same: they say how far the prediction is off. #}

with measured as (
    select * from {{ ref('int_what_ifs__measured') }}
),

flows as (
    select distinct flow_id, session_id, sequence_id, duration_ms, steps from measured
),

summed as (
    select
        sequence_id,
        what_if_kind,
        what_if_key,
        count(*) as flow_count,
        {{ percentile('duration_ms', 0.5) }} as p50_ms,
        {{ percentile('saved_ms', 0.5) }} as waited_p50_ms,
        {{ percentile('declared_wait_ms', 0.5) }} as declared_wait_p50_ms,
        {{ percentile('predicted_ms', 0.5) }} as predicted_p50_ms
    from measured
    group by sequence_id, what_if_kind, what_if_key
),

-- Flows that have just the steps that would be left, each with what the others predict for it.
rests as (
    select
        sequence_id,
        what_if_kind,
        what_if_key,
        steps_left,
        count(*) as predicting_flow_count,
        {{ percentile('predicted_ms', 0.5) }} as predicted_ms
    from measured
    group by sequence_id, what_if_kind, what_if_key, steps_left
),

checked as (
    select
        rests.sequence_id,
        rests.what_if_kind,
        rests.what_if_key,
        count(*) as absent_flow_count,
        count(distinct flows.session_id) as absent_session_count,
        {{ percentile('flows.duration_ms', 0.5) }} as absent_p50_ms,
        {{ percentile('rests.predicted_ms', 0.5) }} as absent_predicted_p50_ms
    from rests
    inner join flows on rests.sequence_id = flows.sequence_id and rests.steps_left = flows.steps
    group by rests.sequence_id, rests.what_if_kind, rests.what_if_key
),

final as (
    select
        {{ stable_id(['summed.sequence_id', 'summed.what_if_kind', 'summed.what_if_key']) }} as what_if_id,
        summed.sequence_id,
        sequences.sequence_name,
        summed.what_if_kind,
        summed.what_if_key,
        beats.beat_number,
        case summed.what_if_kind
            when 'beat' then 'beat ' || beats.beat_number || coalesce(': ' || beats.topic, '')
            when 'handler' then handlers.handler_name
            else summed.what_if_key
        end as what_if_name,
        summed.flow_count,
        summed.p50_ms,
        summed.waited_p50_ms,
        summed.declared_wait_p50_ms,
        case when checked.absent_flow_count > 0 then summed.predicted_p50_ms end as predicted_p50_ms,
        coalesce(checked.absent_flow_count, 0) as absent_flow_count,
        coalesce(checked.absent_session_count, 0) as absent_session_count,
        checked.absent_p50_ms,
        checked.absent_predicted_p50_ms,
        checked.absent_predicted_p50_ms - checked.absent_p50_ms as prediction_error_ms,
        100.0 * (checked.absent_predicted_p50_ms - checked.absent_p50_ms) / nullif(checked.absent_p50_ms, 0) as prediction_error_pct
    from summed
    left join checked
        on
            summed.sequence_id = checked.sequence_id
            and summed.what_if_kind = checked.what_if_kind
            and summed.what_if_key = checked.what_if_key
    left join {{ ref('dim_sequences') }} as sequences on summed.sequence_id = sequences.sequence_id
    left join {{ ref('dim_beats') }} as beats on summed.what_if_kind = 'beat' and summed.what_if_key = beats.beat_id
    left join {{ ref('dim_handlers') }} as handlers
        on summed.what_if_kind = 'handler' and summed.what_if_key = handlers.handler_id
)

select * from final
