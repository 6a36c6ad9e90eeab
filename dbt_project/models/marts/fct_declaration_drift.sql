{# Where declarations disagree with the code, with each other, or with production. #}

with sequences as (
    select * from {{ ref('dim_sequences') }}
),

handlers as (
    select * from {{ ref('dim_handlers') }}
),

beats as (
    select * from {{ ref('dim_beats') }}
),

topics as (
    select * from {{ ref('dim_topics') }}
),

routes as (
    select * from {{ ref('dim_topic_routes') }}
),

window_size as (
    select count(*) as session_count from {{ ref('dim_sessions') }}
),

drift as (
    select
        'handler_not_in_code' as drift_class, 'warning' as severity, handlers.plugin_name, min(beats.sequence_name) as sequence_name,
        min(beats.topic) as topic, handlers.handler_name, 'a function ' || handlers.handler_name as declared,
        max(handlers.resolution_evidence) as found, min(beats.declaration_file_path) as declaration_file_path
    from handlers
    inner join beats on handlers.handler_id = beats.handler_id
    where handlers.resolution = 'unresolved'
    group by handlers.plugin_name, handlers.handler_name
    union all
    select
        'handler_not_declared', 'warning', plugin_name, null, null, handler_name, 'a declaration',
        'production runs it, no declaration names it', null
    from handlers
    where not is_declared
    union all
    select
        'sequence_declared_differently', 'warning', plugin_name, sequence_name, null, null, 'one declaration',
        distinct_declaration_count || ' different ones in ' || declaration_count || ' files', declaration_file_path
    from sequences
    where distinct_declaration_count > 1
    union all
    select
        'topic_routed_never_published', 'info', null, null, topic, null, route_count || ' routes',
        'never published in ' || window_size.session_count || ' sessions', null
    from topics
    cross join window_size
    where route_count > 0 and published_count = 0
    union all
    select
        'topic_published_never_routed', 'info', null, null, topic, null, 'a route or a listener',
        'published ' || published_count || ' times, no route in the manifest', null
    from topics
    where published_count > 0 and route_count = 0 and is_in_manifest
    union all
    select
        'topic_not_in_manifest', 'warning', null, null, topic, null, 'a definition in the topics manifest',
        'published ' || published_count || ' times', null
    from topics
    where
        published_count > 0
        and not is_in_manifest
        and exists (select 1 from {{ ref('stg_code__topic_routes') }} where route_kind = 'topic')
    union all
    select
        'route_to_undeclared_sequence', 'warning', plugin_name, null, topic, null, 'sequence ' || sequence_key,
        'no such sequence is declared', declaration_file_path
    from routes
    where not is_sequence_declared and exists (select 1 from {{ ref('stg_code__sequences') }})
    union all
    select
        'route_not_declared', 'warning', plugin_name, sequence_name, topic, null, 'a route to ' || sequence_key,
        'taken ' || routed_count || ' times, no manifest declares it', null
    from routes
    where
        route_class = 'observed_only'
        and exists (select 1 from {{ ref('stg_code__topic_routes') }} where route_kind = 'topic')
),

final as (
    select
        {{ stable_id(['drift_class', 'plugin_name', 'sequence_name', 'topic', 'handler_name', 'declared']) }} as drift_id,
        *
    from drift
)

select * from final
