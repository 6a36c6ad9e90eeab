{# What each completed flow waited for, by what could be left out of it: a beat, a handler, the handlers of a kind. With the
   steps of the flow, and those that would be left: a flow that has just these shows whether the prediction is true. #}

with flows as (
    select flow_id, session_id, sequence_id, duration_ms from {{ ref('fct_flows') }}
),

steps as (
    select
        *,
        -- A beat is left out with its handlers.
        max(beat_id) over (partition by flow_id, execution_number) as step_beat_id
    from {{ ref('int_flow_steps__timed') }}
),

things as (
    select
        flow_id, 'beat' as what_if_kind, beat_id as what_if_key, {{ sum_in_any_order('step_waited_ms') }} as saved_ms,
        {{ sum_in_any_order('declared_wait_ms') }} as declared_wait_ms
    from steps
    where beat_id is not null
    group by flow_id, beat_id
    union all
    select flow_id, 'handler', handler_id, {{ sum_in_any_order('step_waited_ms') }}, 0
    from steps
    where handler_id is not null
    group by flow_id, handler_id
    union all
    -- Handlers of a beat are of one kind: what two of them cover together goes with both.
    select flow_id, 'kind', beat_kind, {{ sum_in_any_order('covered_ms') }}, 0
    from steps
    where beat_kind is not null
    group by flow_id, beat_kind
),

compared as (
    select
        things.*,
        steps.step_key,
        steps.execution_number,
        steps.line_number,
        case things.what_if_kind
            when 'beat' then coalesce(steps.step_beat_id = things.what_if_key, false)
            when 'handler' then coalesce(steps.handler_id = things.what_if_key, false)
            else coalesce(steps.beat_kind = things.what_if_key, false)
        end as is_left_out
    from things
    inner join steps on things.flow_id = steps.flow_id
    where things.saved_ms is not null
),

listed as (
    select
        flow_id,
        what_if_kind,
        what_if_key,
        saved_ms,
        declared_wait_ms,
        string_agg(step_key, chr(10) order by execution_number, line_number) as steps,
        string_agg(case when not is_left_out then step_key end, chr(10) order by execution_number, line_number) as steps_left
    from compared
    group by flow_id, what_if_kind, what_if_key, saved_ms, declared_wait_ms
),

final as (
    select
        flows.*,
        listed.* exclude (flow_id),
        greatest(flows.duration_ms - listed.saved_ms, 0) as predicted_ms
    from listed
    inner join flows on listed.flow_id = flows.flow_id
)

select * from final
