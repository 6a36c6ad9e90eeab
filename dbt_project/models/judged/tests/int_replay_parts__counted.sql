{# What a replay of a flow is made of: beats, handlers and their functions, inputs (how many, how many the log shows, which
   keys it does not show and why), the end, the first divergence. #}

with flows as (
    select * from {{ ref('fct_flows') }}
),

beats as (
    select
        flow_id,
        count(*) as beat_execution_count,
        count(topic) as identified_beat_count
    from {{ ref('fct_beat_executions') }}
    where flow_id is not null
    group by flow_id
),

handlers as (
    select
        executions.flow_id,
        count(*) as handler_execution_count,
        count(case when dim_handlers.resolution = 'unique' then 1 end) as located_handler_count
    from {{ ref('fct_handler_executions') }} as executions
    left join {{ ref('dim_handlers') }}
        on executions.handler_id = dim_handlers.handler_id
    where executions.flow_id is not null
    group by executions.flow_id
),

-- Of the inputs of a flow's handlers.
by_key as (
    select
        flow_id,
        input_state,
        state_key,
        count(*) as input_count
    from {{ ref('fct_replay_inputs') }}
    group by flow_id, input_state, state_key
),

inputs as (
    select
        flow_id,
        cast(sum(input_count) as bigint) as input_count,
        cast(sum(case when input_state = 'known' then input_count else 0 end) as bigint) as known_input_count,
        cast(sum(case when input_state = 'cut' then input_count else 0 end) as bigint) as cut_input_count,
        cast(sum(case when input_state = 'not_shown' then input_count else 0 end) as bigint) as hidden_input_count,
        cast(sum(case when input_state = 'not_logged' then input_count else 0 end) as bigint) as unlogged_input_count,
        string_agg(case when input_state = 'cut' then state_key end, ', ' order by state_key) as cut_keys,
        string_agg(case when input_state = 'not_shown' then state_key end, ', ' order by state_key) as hidden_keys,
        string_agg(case when input_state = 'not_logged' then state_key end, ', ' order by state_key) as unlogged_keys
    from by_key
    group by flow_id
),

-- The first move of the alignment that is not in both. A flow that did not end lacks its rest, which is no divergence.
divergences as (
    select
        variant_id,
        deviation_class,
        topic,
        coalesce(execution_number, beat_position) as divergence_position
    from {{ ref('fct_alignments') }}
    where deviation_class is not null
    qualify row_number() over (partition by variant_id order by move_number) = 1
),

final as (
    select
        flows.flow_id,
        coalesce(beats.beat_execution_count, 0) as beat_execution_count,
        coalesce(beats.identified_beat_count, 0) as identified_beat_count,
        coalesce(handlers.handler_execution_count, 0) as handler_execution_count,
        coalesce(handlers.located_handler_count, 0) as located_handler_count,
        coalesce(inputs.input_count, 0) as input_count,
        coalesce(inputs.known_input_count, 0) as known_input_count,
        coalesce(inputs.cut_input_count, 0) as cut_input_count,
        coalesce(inputs.hidden_input_count, 0) as hidden_input_count,
        coalesce(inputs.unlogged_input_count, 0) as unlogged_input_count,
        inputs.cut_keys,
        inputs.hidden_keys,
        inputs.unlogged_keys,
        flows.status in ('completed', 'failed') as is_end_logged,
        divergences.deviation_class as divergence_class,
        divergences.topic as divergence_topic,
        divergences.divergence_position
    from flows
    left join beats
        on flows.flow_id = beats.flow_id
    left join handlers
        on flows.flow_id = handlers.flow_id
    left join inputs
        on flows.flow_id = inputs.flow_id
    left join divergences
        on flows.variant_id = divergences.variant_id and flows.status in ('completed', 'failed')
)

select * from final
