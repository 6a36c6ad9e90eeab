{# The inputs of a flow's handlers: how many, how many the log shows, and which keys it does not show and why. #}

with inputs as (
    select * from {{ ref('fct_replay_inputs') }}
),

by_key as (
    select
        flow_id,
        input_state,
        state_key,
        count(*) as input_count
    from inputs
    group by flow_id, input_state, state_key
),

final as (
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
)

select * from final
