{# What each handler execution read by its code, and what the log shows of it: the inputs a replay has to give. #}

with executions as (
    select * from {{ pending('fct_handler_executions') }} as execution
    where execution.flow_id is not null
),

mutations as (
    select * from {{ pending('fct_state_mutations') }} as mutation
    where mutation.flow_id is not null
),

reads as (
    select distinct handler_id, target_name as state_key
    from {{ ref('int_handler_accesses__reached') }}
    where edge_kind = 'reads_state'
),

needed as (
    select
        executions.session_id,
        executions.flow_id,
        executions.handler_execution_id,
        executions.handler_id,
        executions.log_file_path,
        executions.line_number,
        reads.state_key
    from executions
    inner join reads
        on executions.handler_id = reads.handler_id
),

-- What the flow's own handlers last did to the key before it was read.
written as (
    select
        needed.*,
        mutations.mutation_kind,
        mutations.value_after,
        mutations.is_value_cut,
        mutations.line_number as source_line_number
    from needed
    left join mutations
        on
            needed.flow_id = mutations.flow_id
            and needed.state_key = mutations.state_key
            and needed.line_number >= mutations.line_number
    qualify row_number() over (
        partition by needed.handler_execution_id, needed.state_key
        order by mutations.line_number desc nulls last, mutations.key_position desc
    ) = 1
),

final as (
    select
        {{ stable_id(['handler_execution_id', 'state_key']) }} as replay_input_id,
        session_id,
        flow_id,
        handler_execution_id,
        handler_id,
        state_key,
        case
            -- Nobody in the flow gave it: it came in with the request, or it was never there.
            when mutation_kind is null then 'not_logged'
            when mutation_kind = 'removed' then 'known'
            when value_after is null then 'not_shown'
            when is_value_cut then 'cut'
            else 'known'
        end as input_state,
        case when mutation_kind <> 'removed' then value_after end as input_value,
        source_line_number,
        log_file_path,
        line_number
    from written
)

select * from final
