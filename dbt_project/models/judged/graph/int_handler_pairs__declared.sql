{# Pairs of handlers declarations and code connect. #}

with beats as (
    select
        beat.*,
        lead(beat.handler_id) over (partition by beat.sequence_id order by beat.beat_position) as next_handler_id
    from {{ ref('dim_beats') }} as beat
    where beat.handler_id is not null
),

sequences as (
    select sequence_id, sequence_key from {{ ref('dim_sequences') }}
),

accesses as (
    select * from {{ ref('int_handler_accesses__reached') }}
),

handlers as (
    select handler_id, code_file_path, code_line_number
    from {{ ref('dim_handlers') }}
    where code_file_path is not null
),

-- A topic reaches the first beat of the sequences it is routed to.
routed as (
    select route.topic, first_beat.handler_id, first_beat.sequence_name
    from {{ ref('dim_topic_routes') }} as route
    inner join sequences on route.sequence_key = sequences.sequence_key
    inner join beats as first_beat
        on sequences.sequence_id = first_beat.sequence_id and first_beat.beat_position = 1
    where route.route_class <> 'observed_only'
),

pairs as (
    select
        'directly_follows' as edge_kind,
        handler_id as from_handler_id,
        next_handler_id as to_handler_id,
        cast(null as varchar) as via,
        sequence_name,
        declaration_file_path as code_file_path,
        cast(null as bigint) as code_line_number
    from beats
    where next_handler_id is not null
    union all
    select
        'calls', accesses.handler_id, handlers.handler_id as to_handler_id, accesses.target_name, null,
        accesses.code_file_path, accesses.code_line_number
    from accesses
    inner join handlers
        on
            accesses.target_file_path = handlers.code_file_path
            and accesses.target_line_number = handlers.code_line_number
    where accesses.edge_kind = 'calls' and accesses.handler_id <> handlers.handler_id
    union all
    select
        'publishes_to', accesses.handler_id, routed.handler_id as to_handler_id, accesses.target_name, routed.sequence_name,
        accesses.code_file_path, accesses.code_line_number
    from accesses
    inner join routed on accesses.target_name = routed.topic
    where accesses.edge_kind = 'publishes'
    union all
    select
        'subscribes', played.handler_id, listening.handler_id as to_handler_id, played.topic, played.sequence_name,
        listening.declaration_file_path, null
    from beats as played
    inner join beats as listening
        on played.topic = listening.topic and played.sequence_id <> listening.sequence_id
    union all
    select
        'reads_state_of', writer_beat.handler_id, reader_beat.handler_id as to_handler_id, written.state_key,
        writer_beat.sequence_name,
        read.read_file_path, read.read_line_number
    from beats as writer_beat
    inner join beats as reader_beat
        on
            writer_beat.sequence_id = reader_beat.sequence_id
            and writer_beat.beat_position < reader_beat.beat_position
            and writer_beat.handler_id <> reader_beat.handler_id
    inner join {{ ref('int_state_keys__coded') }} as written on writer_beat.handler_id = written.handler_id
    inner join {{ ref('int_state_keys__coded') }} as read
        on reader_beat.handler_id = read.handler_id and written.state_key = read.state_key
    where (written.is_written_in_code or written.is_returned_in_code) and read.is_read_in_code
),

final as (
    select
        edge_kind,
        from_handler_id,
        to_handler_id,
        string_agg(distinct via, ', ' order by via) as via,
        string_agg(distinct sequence_name, ', ' order by sequence_name) as sequence_names,
        min(code_file_path) as code_file_path,
        min(code_line_number) as code_line_number
    from pairs
    group by edge_kind, from_handler_id, to_handler_id
)

select * from final
