{# What each build shows beside the build before it: all that is in both, and all that only one of them shows. #}

with flows as (
    select * from {{ ref('fct_flows') }}
    where status <> 'never_started'
),

-- What each session shows: sequences, variants of flows, handlers, topics, keys of the state, groups of errors.
observed as (
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
),

-- Of each build: in how many sessions, how often, and the line of the first.
seen as (
    select
        builds.build_number,
        observed.subject_kind,
        observed.subject_id,
        min(observed.subject_name) as subject_name,
        min(observed.sequence_name) as sequence_name,
        min(observed.plugin_name) as plugin_name,
        count(*) as session_count,
        sum(observed.occurrence_count) as occurrence_count,
        min(builds.build_number) over (partition by observed.subject_kind, observed.subject_id) as first_build_number,
        min_by(observed.session_id, (sessions.started_at, sessions.session_id)) as example_session_id,
        min_by(observed.line_number, (sessions.started_at, sessions.session_id)) as example_line_number
    from observed
    inner join {{ ref('dim_sessions') }} as sessions on observed.session_id = sessions.session_id
    inner join {{ ref('rpt_builds') }} as builds on sessions.build = builds.build
    group by builds.build_number, observed.subject_kind, observed.subject_id
),

final as (
    select
        later.build_number,
        later.build,
        earlier.build as build_before,
        shown.* exclude (build_number, first_build_number),
        shown.first_build_number = later.build_number as is_first_build,
        shown.build_number = later.build_number as is_in_later,
        partner.subject_id is null as is_change,
        case when shown.build_number = later.build_number then later.session_count else earlier.session_count end as build_session_count,
        case when shown.build_number = later.build_number then earlier.session_count else later.session_count end as other_session_count
    from {{ ref('rpt_builds') }} as later
    inner join {{ ref('rpt_builds') }} as earlier on later.build_number = earlier.build_number + 1
    inner join seen as shown on shown.build_number in (later.build_number, earlier.build_number)
    left join seen as partner
        on
            shown.subject_kind = partner.subject_kind
            and shown.subject_id = partner.subject_id
            and partner.build_number = case when shown.build_number = later.build_number then earlier.build_number else later.build_number end
    -- What both show is kept once: it counts in the control of false discoveries.
    where partner.subject_id is null or shown.build_number = later.build_number
)

select * from final
