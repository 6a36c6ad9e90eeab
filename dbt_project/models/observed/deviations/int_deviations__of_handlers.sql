{# Handlers that answered for a sequence and topic that declare another handler, and beats that ran without a call of the
   handler they declare. #}

with state_rows as (
    select * from {{ pending('int_records__correlated') }} as record
    where
        record.signal in ('state_changed', 'state_unchanged')
        and record.handler_name is not null
        and record.topic is not null
),

-- A handler leaves its name only in the state it writes. It is wrong where the sequence named there declares the topic,
-- and no sequence at all declares this handler for it: that of another sequence answers a shared topic.
declared as (
    select sequence.sequence_name, beat.topic, beat.handler_name
    from {{ ref('stg_code__beats') }} as beat
    inner join {{ ref('stg_code__sequences') }} as sequence
        on beat.sequence_key = sequence.sequence_key and sequence.is_primary
),

declared_topics as (
    select sequence_name, topic, string_agg(distinct handler_name, ', ' order by handler_name) as handler_names
    from declared
    group by sequence_name, topic
    having bool_and(handler_name is not null)
),

beats as (
    select * from {{ pending('int_beats__aligned') }} as beat
    where
        beat.declared_position is not null and beat.declared_handler_name is not null and not beat.is_unheard
),

calls as (
    select * from {{ pending('int_handler_executions__named') }}
),

-- Only where the log writes calls can one be absent.
logged_sessions as (
    select distinct session_id from calls
    where not is_inferred
),

own_calls as (
    select distinct calls.session_id, calls.flow_number, calls.execution_number
    from calls
    inner join beats
        on
            calls.session_id = beats.session_id
            and calls.flow_number = beats.flow_number
            and calls.execution_number = beats.execution_number
            -- Sequences that share a topic and its handler may share one subscription, too.
            and (
                calls.subscribed_sequence_key = beats.sequence_key
                or calls.handler_name = beats.declared_handler_name
            )
),

final as (
    select {{ deviation(
        session_id='state_rows.session_id', flow_id='flows.flow_id', deviation_class="'wrong_handler'",
        sequence_name='state_rows.sequence_name', topic='state_rows.topic', handler_name='state_rows.handler_name',
        expected_value='declared_topics.handler_names', occurrence_count=1,
        log_file_path='state_rows.log_file_path', line_number='state_rows.line_number'
    ) }}
    from state_rows
    inner join declared_topics
        on state_rows.sequence_name = declared_topics.sequence_name and state_rows.topic = declared_topics.topic
    left join declared
        on
            state_rows.topic = declared.topic
            and state_rows.handler_name = declared.handler_name
    -- Written late, the row may stand in the next flow: it counts against a flow of the sequence it names only.
    left join {{ pending('int_flows__rebuilt') }} as flows
        on
            state_rows.session_id = flows.session_id
            and state_rows.flow_number = flows.flow_number
            and state_rows.sequence_name = flows.sequence_name
    where declared.topic is null
    union all
    select {{ deviation(
        session_id='beats.session_id', flow_id='beats.flow_id', deviation_class="'no_handler'",
        sequence_name='beats.sequence_name', beat_number='beats.beat_number', topic='beats.topic',
        handler_name='beats.declared_handler_name', occurrence_count=1,
        log_file_path='beats.log_file_path', line_number='beats.line_number'
    ) }}
    from beats
    inner join logged_sessions on beats.session_id = logged_sessions.session_id
    left join own_calls
        on
            beats.session_id = own_calls.session_id
            and beats.flow_number = own_calls.flow_number
            and beats.execution_number = own_calls.execution_number
    where own_calls.session_id is null and beats.beat_status = 'completed'
)

select * from final
