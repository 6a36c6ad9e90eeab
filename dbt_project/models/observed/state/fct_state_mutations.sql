with
-- A row that names its request belongs to that flow, however late it was written: up to the next of that name.
flows as (
    select
        *,
        lag(flow.line_number) over same_request is null as is_first,
        lead(flow.line_number) over same_request as next_line_number
    from {{ pending('int_flows__rebuilt') }} as flow
    where flow.flow_number is not null
    window same_request as (
        partition by flow.session_id, coalesce(flow.request_id, flow.flow_id) order by flow.line_number
    )
),

attributed as (
    select
        changes.*,
        coalesce(flows.flow_id, executions.flow_id) as flow_id,
        executions.beat_execution_id,
        executions.handler_execution_id,
        coalesce(state_rows.handler_name, executions.handler_name) as handler_name,
        coalesce(state_rows.plugin_name, executions.plugin_name) as plugin_name,
        coalesce(flows.sequence_name, executions.sequence_name) as sequence_name,
        coalesce(executions.beat_number, state_rows.beat_number) as beat_number,
        state_rows.topic,
        state_rows.request_id,
        state_rows.emitted_at as mutated_at,
        state_rows.log_file_path
    from {{ pending('stg_logs__state_changes') }} as changes
    inner join {{ pending('int_state_rows__attributed') }} as state_rows
        on changes.session_id = state_rows.session_id and changes.line_number = state_rows.line_number
    left join {{ pending('fct_handler_executions') }} as executions
        on state_rows.session_id = executions.session_id and state_rows.call_line_number = executions.line_number
    left join flows
        on
            state_rows.session_id = flows.session_id
            and state_rows.request_id = flows.request_id
            and (flows.is_first or state_rows.line_number >= flows.line_number)
            and (flows.next_line_number is null or state_rows.line_number < flows.next_line_number)
),

final as (
    select
        {{ stable_id(['session_id', 'line_number', 'key_position', 'state_key']) }} as mutation_id,
        session_id,
        flow_id,
        beat_execution_id,
        handler_execution_id,
        case when handler_name is not null then {{ stable_id(['plugin_name', 'handler_name']) }} end as handler_id,
        handler_name,
        plugin_name,
        sequence_name,
        beat_number,
        topic,
        request_id,
        state_key,
        mutation_kind,
        key_position,
        value_type,
        value_shape,
        -- What an earlier row of the same flow showed; a flow's first change has no before.
        case when mutation_kind <> 'added' then lag(value_after) over flow_so_far end as value_before,
        value_after,
        coalesce(is_value_cut, false) as is_value_cut,
        is_preview_cut,
        row_number() over flow_so_far as change_number,
        mutated_at,
        log_file_path,
        line_number
    from attributed
    window flow_so_far as (
        partition by session_id, coalesce(flow_id, request_id), state_key order by line_number, key_position
    )
)

select * from final
