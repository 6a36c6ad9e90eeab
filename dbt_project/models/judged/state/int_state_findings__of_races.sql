{# Writes of one key whose order nothing fixes: by two flows at once, or by two calls of one flow that overtook. #}

with mutations as (
    select
        mutation.*,
        execution.line_number as call_line_number
    from {{ ref('fct_state_mutations') }} as mutation
    left join {{ ref('fct_handler_executions') }} as execution
        on mutation.handler_execution_id = execution.handler_execution_id
),

spans as (
    select
        flow.flow_id,
        flow.session_id,
        flow.line_number as first_line_number,
        greatest(coalesce(flow.end_line_number, 0), coalesce(max(mutations.line_number), 0)) as last_line_number
    from {{ ref('int_flows__rebuilt') }} as flow
    left join mutations on flow.flow_id = mutations.flow_id
    where flow.flow_number is not null
    group by flow.flow_id, flow.session_id, flow.line_number, flow.end_line_number
),

first_changes as (
    select
        *,
        avg(case when mutation_kind = 'added' then 1.0 else 0 end) over (
            partition by sequence_name, state_key
        ) as added_share
    from mutations
    where change_number = 1
),

starts as (
    select
        session_id, flow_id, first_line_number as line_number,
        row_number() over (partition by session_id order by first_line_number) as place
    from spans
),

-- Flows with a state of their own cannot disturb each other. That two share one shows where a flow finds a key that its
-- sequence otherwise brings itself, while another flow that wrote it still runs.
shared as (
    select
        later.handler_id,
        later.state_key,
        later.sequence_name,
        later.session_id,
        later.log_file_path,
        later.line_number,
        later.flow_id,
        'found already set while ' || earlier.sequence_name || ' ran, which writes it too' as observed
    from {{ spans_by_place('spans', 'starts', ['session_id']) }} as earlier_span
    inner join starts as later_span
        on earlier_span.session_id = later_span.session_id and earlier_span.place = later_span.place
    inner join first_changes as later on later_span.flow_id = later.flow_id
    inner join first_changes as earlier
        on
            earlier_span.flow_id = earlier.flow_id
            and later.state_key = earlier.state_key
            and later.line_number > earlier.line_number
    where earlier_span.flow_id <> later_span.flow_id and later.mutation_kind <> 'added' and later.added_share > 0.5
),

overtaken as (
    select
        earlier.handler_id,
        earlier.state_key,
        earlier.sequence_name,
        earlier.session_id,
        earlier.log_file_path,
        earlier.line_number,
        earlier.flow_id,
        'written after ' || later.handler_name || ' wrote it, which was called later' as observed
    from mutations as earlier
    inner join mutations as later
        on
            earlier.flow_id = later.flow_id
            and earlier.state_key = later.state_key
            and earlier.call_line_number < later.call_line_number
            and earlier.line_number > later.line_number
),

races as (
    select * from shared
    union all
    select * from overtaken
),

final as (
    select
        'write_write_race' as finding_class,
        'warning' as severity,
        handler_id,
        state_key,
        sequence_name,
        observed,
        count(*) over (partition by handler_id, state_key, sequence_name, observed) as occurrence_count,
        (select count(*) from spans) as case_count,
        session_id,
        log_file_path,
        line_number,
        cast(null as varchar) as code_file_path,
        cast(null as bigint) as code_line_number
    from races
    qualify row_number() over (
        partition by handler_id, state_key, sequence_name, observed order by log_file_path, line_number
    ) = 1
)

select * from final
