{# Pairs of handlers the logs connect: one ran right after the other, was reached by its topic, listens where it plays,
   or read what it wrote. #}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with executions as (
    select * from {{ ref('fct_handler_executions') }} as execution
    where {{ only_pending_sessions('execution') }}
),

in_flows as (
    select
        *,
        lag(handler_id) over flow_in_order as before_handler_id,
        lag(started_at) over flow_in_order as before_started_at
    from executions
    where flow_id is not null
    window flow_in_order as (partition by flow_id order by line_number)
),

first_beats as (
    select sequence_key, handler_id, handler_name
    from {{ ref('dim_beats') }}
    inner join {{ ref('dim_sequences') }} using (sequence_id)
    where beat_position = 1 and handler_id is not null
),

beats as (
    select sequence_name, topic, handler_id from {{ ref('dim_beats') }}
    where handler_id is not null
    qualify row_number() over (partition by sequence_name, topic order by beat_position) = 1
),

mutations as (
    select
        *,
        lag(handler_id) over key_in_order as before_handler_id
    from {{ ref('fct_state_mutations') }} as mutation
    where mutation.handler_id is not null and mutation.flow_id is not null and {{ only_pending_sessions('mutation') }}
    window key_in_order as (partition by flow_id, state_key order by line_number)
),

-- Who wrote a key last, and who did before that handler's own writes of it.
writers as (
    select
        flow_id, state_key, line_number, handler_id,
        last_value(case when handler_id <> before_handler_id then before_handler_id end ignore nulls) over key_so_far
            as other_handler_id
    from mutations
    window key_so_far as (partition by flow_id, state_key order by line_number rows unbounded preceding)
),

readers as (
    select handler_id, state_key from {{ ref('int_state_keys__coded') }} where is_read_in_code
),

reads as (
    select executions.*, readers.state_key from executions
    inner join readers on executions.handler_id = readers.handler_id
),

-- The last writer before the reader ran, per key: earlier writes are no longer there to be read.
state_reads as (
    select
        case when writers.handler_id <> reads.handler_id then writers.handler_id else writers.other_handler_id end
            as from_handler_id,
        reads.handler_id as to_handler_id,
        reads.session_id,
        reads.flow_id,
        reads.state_key,
        reads.status,
        reads.log_file_path,
        reads.line_number
    from reads
    {{ latest_before('reads', 'writers', ['flow_id', 'state_key']) }}
),

final as (
    select
        'directly_follows' as edge_kind,
        before_handler_id as from_handler_id,
        handler_id as to_handler_id,
        cast(null as varchar) as via,
        session_id,
        flow_id,
        {{ milliseconds_between('before_started_at', 'started_at') }} as between_ms,
        status = 'error' as is_error,
        log_file_path,
        line_number
    from in_flows
    where before_handler_id is not null
    union all
    select
        'subscribes', beats.handler_id, executions.handler_id as to_handler_id, executions.topic, executions.session_id, executions.flow_id,
        null, executions.status = 'error', executions.log_file_path, executions.line_number
    from executions
    inner join beats
        on executions.sequence_name = beats.sequence_name and executions.topic = beats.topic
    where executions.subscribed_sequence_name <> executions.sequence_name
    union all
    select
        'publishes_to', published.from_handler_id, first_beats.handler_id, published.topic, published.session_id,
        published.flow_id, null, null, published.log_file_path, published.line_number
    from {{ ref('int_publications__attributed') }} as published
    inner join first_beats on published.routed_sequence_key = first_beats.sequence_key
    where {{ only_pending_sessions('published') }}
    union all
    select
        'reads_state_of', from_handler_id, to_handler_id, state_key, session_id, flow_id, null,
        status = 'error', log_file_path, line_number
    from state_reads
    where from_handler_id is not null
)

select * from final
