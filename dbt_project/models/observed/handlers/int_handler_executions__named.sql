with flows as (
    select session_id, flow_number, sequence_key, request_id from {{ pending('int_flows__rebuilt') }} as flow
),

beats as (
    select session_id, flow_number, execution_number, beat_number, end_line_number
    from {{ pending('int_beats__rebuilt') }} as beat
),

-- Whose subscription was called: the log's own words, else the topic's list of subscribers, else the flow's sequence.
subscribed as (
    select
        traces.*,
        flows.request_id,
        beats.beat_number,
        beats.end_line_number as beat_end_line_number,
        coalesce(named.sequence_key, subscription.sequence_key, flows.sequence_key) as subscribed_sequence_key,
        subscription.plugin_name as subscribed_plugin_name
    from {{ pending('int_handler_traces__collected') }} as traces
    left join flows
        on traces.session_id = flows.session_id and traces.flow_number = flows.flow_number
    left join beats
        on
            traces.session_id = beats.session_id
            and traces.flow_number = beats.flow_number
            and traces.execution_number = beats.execution_number
    left join {{ pending('fct_subscriptions') }} as subscription
        on
            traces.session_id = subscription.session_id
            and traces.topic = subscription.topic
            and traces.subscriber_index = subscription.subscriber_index
            and subscription.is_current
    left join {{ ref('stg_code__sequences') }} as named
        on traces.logged_sequence_name = named.sequence_name and named.is_primary
    qualify row_number() over (
        partition by traces.session_id, traces.line_number order by named.sequence_key
    ) = 1
),

final as (
    select
        {{ stable_id(['subscribed.session_id', 'subscribed.line_number', "'handler'"]) }} as handler_execution_id,
        subscribed.* exclude (logged_handler_name, logged_plugin_name, logged_sequence_name, subscribed_plugin_name),
        sequence.sequence_name as subscribed_sequence_name,
        coalesce(subscribed.logged_handler_name, beat.handler_name) as handler_name,
        coalesce(subscribed.logged_plugin_name, subscribed.subscribed_plugin_name, sequence.plugin_name) as plugin_name
    from subscribed
    left join {{ ref('stg_code__beats') }} as beat
        on subscribed.subscribed_sequence_key = beat.sequence_key and subscribed.topic = beat.topic
    left join {{ ref('stg_code__sequences') }} as sequence
        on subscribed.subscribed_sequence_key = sequence.sequence_key and sequence.is_primary
    qualify row_number() over (
        partition by subscribed.session_id, subscribed.line_number
        order by coalesce(beat.beat_number = subscribed.beat_number, false) desc, beat.beat_position
    ) = 1
)

select * from final
