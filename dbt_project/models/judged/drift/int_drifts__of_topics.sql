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

final as (
    select {{ drift(
        drift_class="'topic_routed_never_published'", topic='topic', expected_value='route_count',
        observed_value='(select count(*) from ' ~ ref('dim_sessions') ~ ')', occurrence_count='published_count',
        session_count='session_count', last_seen_at='last_seen_at'
    ) }}
    from topics
    where route_count > 0 and published_count = 0
    union all
    select {{ drift(
        drift_class="case when topics.is_in_manifest then 'topic_published_never_routed' else 'topic_not_in_manifest' end",
        topic='topics.topic', occurrence_count='topics.published_count', session_count='topics.session_count',
        last_seen_at='topics.last_seen_at'
    ) }}
    from topics
    cross join manifest
    where
        topics.published_count > 0
        and case when topics.is_in_manifest then topics.route_count = 0 and manifest.has_routes else manifest.has_topics end
    union all
    select {{ drift(
        drift_class="'route_to_undeclared_sequence'", plugin_name='plugin_name', topic='topic',
        expected_value='sequence_key', occurrence_count='routed_count', session_count='session_count',
        declaration_file_path='declaration_file_path'
    ) }}
    from routes
    where not is_sequence_declared and exists (select 1 from {{ ref('stg_code__sequences') }})
    union all
    select {{ drift(
        drift_class="'route_not_declared'", plugin_name='routes.plugin_name', sequence_name='routes.sequence_name',
        topic='routes.topic', expected_value='routes.sequence_key', occurrence_count='routes.routed_count',
        session_count='routes.session_count', last_seen_at='topics.last_seen_at'
    ) }}
    from routes
    cross join manifest
    left join topics on routes.topic = topics.topic
    where routes.route_class = 'observed_only' and manifest.has_routes
)

select * from final
