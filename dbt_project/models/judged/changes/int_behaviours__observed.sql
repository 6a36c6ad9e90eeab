{# What each session shows: sequences, variants of flows, handlers, topics, keys of the state, groups of errors. #}

with flows as (
    select * from {{ ref('fct_flows') }}
    where status <> 'never_started'
),

final as (
    select
        session_id,
        'sequence' as subject_kind,
        coalesce(sequence_id, sequence_name) as subject_id,
        min(sequence_name) as subject_name,
        min(sequence_name) as sequence_name,
        min(plugin_name) as plugin_name,
        count(*) as occurrence_count,
        min(line_number) as line_number
    from flows
    where coalesce(sequence_id, sequence_name) is not null
    group by session_id, coalesce(sequence_id, sequence_name)
    union all
    select
        flows.session_id, 'variant', flows.variant_id, min(array_to_string(variants.topics, ' → ')), min(flows.sequence_name),
        min(flows.plugin_name), count(*), min(flows.line_number)
    from flows
    inner join {{ ref('fct_flow_variants') }} as variants on flows.variant_id = variants.variant_id
    group by flows.session_id, flows.variant_id
    union all
    select
        session_id, 'handler', handler_id, min(handler_name), min(sequence_name), min(plugin_name), count(*),
        min(line_number)
    from {{ ref('fct_handler_executions') }}
    where handler_id is not null
    group by session_id, handler_id
    union all
    select
        counted.session_id, 'topic', topics.topic_id, min(counted.topic), null, null,
        sum(counted.published_count + counted.beat_count), null
    from {{ ref('int_topics__counted') }} as counted
    inner join {{ ref('dim_topics') }} as topics on counted.topic = topics.topic
    where counted.published_count + counted.beat_count > 0
    group by counted.session_id, topics.topic_id
    union all
    select
        session_id, 'state_key', {{ stable_id(['state_key']) }}, state_key, min(sequence_name), null, count(*),
        min(line_number)
    from {{ ref('fct_state_mutations') }}
    where state_key is not null
    group by session_id, state_key
    union all
    select
        session_id, 'error', error_group_id, min(normalised_message), min(sequence_name), min(plugin_name),
        count(*), min(line_number)
    from {{ ref('fct_errors') }}
    where error_group_id is not null and not coalesce(is_consequence, false)
    group by session_id, error_group_id
)

select * from final
