with errors as (
    select * from {{ ref('fct_errors') }}
),

flows as (
    select flow_id, session_id, flow_number, line_number, status from {{ ref('fct_flows') }}
),

actions as (
    select session_id, line_number from {{ ref('int_records__correlated') }} where signal = 'user_acted'
),

-- A flow is lost with a root error of the group when it did not complete; a request for something that does not exist
-- is lost where it is made.
lost as (
    select errors.error_group_id, errors.session_id, flows.flow_id, min(flows.line_number) as line_number
    from errors
    inner join flows on errors.flow_id = flows.flow_id
    where not errors.is_consequence and errors.severity = 'error' and flows.status <> 'completed'
    group by errors.error_group_id, errors.session_id, flows.flow_id
    union all
    select error_group_id, session_id, null, line_number
    from errors
    where not is_consequence and error_kind in ('plugin_missing', 'sequence_missing', 'topic_unknown')
),

-- The user's action a lost request goes back to: the last one before it. Where a log has none, nobody knows.
lost_actions as (
    select
        lost.*,
        actions.line_number as action_line_number
    from lost
    {{ latest_before('lost', 'actions', ['session_id'], kind='left') }}
),

losses as (
    select
        error_group_id,
        count(flow_id) as lost_flow_count,
        count(*) as lost_request_count,
        count(distinct case
            when action_line_number is not null then session_id || ':' || action_line_number
        end) as lost_action_count
    from lost_actions
    group by error_group_id
),

counted as (
    select
        error_group_id,
        max(case when severity = 'error' and not is_consequence then 1 else 0 end) as is_error,
        count(case when not is_consequence then 1 end) as error_count,
        count(case when is_consequence then 1 end) as consequence_count,
        count(distinct session_id) as session_count,
        count(distinct flow_id) as flow_count,
        count(distinct case
            when error_kind in ('handler_failed', 'beat_failed', 'movement_failed', 'flow_failed') then flow_id
        end) as harmed_flow_count,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from errors
    group by error_group_id
),

final as (
    select
        counted.* exclude (is_error),
        case when counted.is_error = 1 then 'error' else 'warning' end as severity,
        coalesce(losses.lost_flow_count, 0) as lost_flow_count,
        coalesce(losses.lost_request_count, 0) as lost_request_count,
        case when (select count(*) from actions) > 0 then coalesce(losses.lost_action_count, 0) end
            as lost_action_count
    from counted
    left join losses on counted.error_group_id = losses.error_group_id
)

select * from final
