{# Every topic anybody speaks of: manifests, beats and production. #}

with declared as (
    select topic, count(sequence_key) as route_count
    from {{ ref('stg_code__topic_routes') }}
    where route_kind in ('topic', 'definition')
    group by topic
),

beats as (
    select topic, count(distinct sequence_key) as sequence_count
    from {{ ref('stg_code__beats') }}
    where topic is not null
    group by topic
),

observed as (
    select
        topic,
        sum(published_count) as published_count,
        sum(routed_count) as routed_count,
        sum(beat_count) as beat_execution_count,
        count(distinct case when published_count + routed_count + beat_count > 0 then session_id end) as session_count,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_topics__counted') }}
    group by topic
),

topics as (
    select topic from declared
    union
    select topic from beats
    union
    select topic from observed
),

final as (
    select
        {{ stable_id(['topics.topic']) }} as topic_id,
        topics.topic,
        declared.topic is not null as is_in_manifest,
        coalesce(declared.route_count, 0) as route_count,
        coalesce(beats.sequence_count, 0) as sequence_count,
        cast(coalesce(observed.published_count, 0) as bigint) as published_count,
        cast(coalesce(observed.routed_count, 0) as bigint) as routed_count,
        cast(coalesce(observed.beat_execution_count, 0) as bigint) as beat_execution_count,
        coalesce(observed.session_count, 0) as session_count,
        observed.last_seen_at
    from topics
    left join declared on topics.topic = declared.topic
    left join beats on topics.topic = beats.topic
    left join observed on topics.topic = observed.topic
)

select * from final
