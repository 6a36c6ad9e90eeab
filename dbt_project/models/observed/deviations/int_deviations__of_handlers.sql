{# Handlers that answered for a sequence and topic that declare another handler. #}

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
)

select * from final
