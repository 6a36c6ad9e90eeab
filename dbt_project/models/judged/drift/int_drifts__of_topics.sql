{# Topics and routes of manifests against those of production. #}

with topics as (
    select * from {{ ref('dim_topics') }}
),

routes as (
    select * from {{ ref('dim_topic_routes') }}
),

manifest as (
    select
        count(*) > 0 as has_topics,
        count(case when route_kind = 'topic' then sequence_key end) > 0 as has_routes
    from {{ ref('stg_code__topic_routes') }}
    where route_kind in ('topic', 'definition')
),

published as (
    select
        'topic_routed_never_published' as drift_class,
        'info' as severity,
        topics.route_count || ' routes' as declared,
        'never published in ' || (select count(*) from {{ ref('dim_sessions') }}) || ' sessions' as found,
        topics.*
    from topics
    where topics.route_count > 0 and topics.published_count = 0
    union all
    select
        'topic_published_never_routed', 'info', 'a route or a listener', 'no route in the manifest',
        topics.*
    from topics
    cross join manifest
    where topics.published_count > 0 and topics.route_count = 0 and topics.is_in_manifest and manifest.has_routes
    union all
    select
        'topic_not_in_manifest', 'warning', 'a definition in the topics manifest',
        'published, in no manifest', topics.*
    from topics
    cross join manifest
    where topics.published_count > 0 and not topics.is_in_manifest and manifest.has_topics
),

final as (
    select
        drift_class,
        severity,
        null as plugin_name,
        null as sequence_name,
        topic,
        null as handler_name,
        declared,
        found,
        published_count as occurrence_count,
        session_count,
        last_seen_at,
        null as declaration_file_path,
        null as example_session_id,
        cast(null as bigint) as example_line_number
    from published
    union all
    select
        'route_to_undeclared_sequence', 'warning', plugin_name, null, topic, null, 'sequence ' || sequence_key,
        'no such sequence is declared', routed_count, session_count, null, declaration_file_path, null, null
    from routes
    where not is_sequence_declared and exists (select 1 from {{ ref('stg_code__sequences') }})
    union all
    select
        'route_not_declared', 'warning', routes.plugin_name, routes.sequence_name, routes.topic, null,
        'a route to ' || routes.sequence_key, 'taken, no manifest declares it', routes.routed_count,
        routes.session_count, topics.last_seen_at, null, null, null
    from routes
    cross join manifest
    left join topics on routes.topic = topics.topic
    where routes.route_class = 'observed_only' and manifest.has_routes
)

select * from final
