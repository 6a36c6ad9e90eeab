{# Pairs of handlers the logs connect: one ran right after the other, was reached by its topic, listens where it plays,
   or read what it wrote. #}

with executions as (
    select * from {{ pending('fct_handler_executions') }}
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

declared_beats as (
    select
        beat.sequence_key,
        sequence.sequence_name,
        beat.topic,
        beat.beat_position,
        {{ stable_id(['sequence.plugin_name', 'beat.handler_name']) }} as handler_id
    from {{ ref('stg_code__beats') }} as beat
    inner join {{ ref('stg_code__sequences') }} as sequence
        on beat.sequence_key = sequence.sequence_key and sequence.is_primary
),

beats as (
    select * from declared_beats
    qualify row_number() over (partition by sequence_name, topic order by beat_position) = 1
),

mutations as (
    select
        *,
        lag(handler_id) over key_in_order as before_handler_id
    from {{ pending('fct_state_mutations') }} as mutation
    where mutation.handler_id is not null and mutation.flow_id is not null
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

reads as (
    select executions.*, coded.state_key from executions
    inner join {{ ref('int_state_keys__coded') }} as coded
        on executions.handler_id = coded.handler_id and coded.is_read_in_code
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
    from {{ pending('int_publications__attributed') }} as published
    inner join declared_beats as first_beats
        on published.routed_sequence_key = first_beats.sequence_key and first_beats.beat_position = 1
    union all
    select
        'reads_state_of', from_handler_id, to_handler_id, state_key, session_id, flow_id, null,
        status = 'error', log_file_path, line_number
    from state_reads
    where from_handler_id is not null
)

select * from final
