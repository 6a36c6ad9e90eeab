{# Publications against the declared routes: delivered where no route leads, or not delivered where one does. #}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with records as (
    select * from {{ ref('int_records__correlated') }} as record
    where record.signal in ('topic_published', 'topic_routed') and {{ only_pending_sessions('record') }}
),

routes as (
    select * from {{ ref('stg_code__topic_routes') }}
    where route_kind = 'topic'
),

declared_topics as (
    select
        topic,
        string_agg(distinct sequence_key, ', ' order by sequence_key) as declared_sequence_keys
    from routes
    group by topic
),

misrouted as (
    select
        records.session_id,
        'misrouted_topic' as deviation_class,
        records.topic,
        coalesce('routes of ' || records.topic || ': ' || declared.declared_sequence_keys, 'no route') as expected,
        'routed to ' || records.sequence_key as observed,
        count(*) as occurrence_count,
        min(records.log_file_path) as log_file_path,
        min(records.line_number) as line_number
    from records
    inner join declared_topics as declared
        on records.topic = declared.topic
    left join routes
        on records.topic = routes.topic and records.sequence_key = routes.sequence_key
    where records.signal = 'topic_routed' and routes.topic is null
    group by records.session_id, records.topic, records.sequence_key, declared.declared_sequence_keys
),

published as (
    select
        session_id,
        topic,
        count(*) as published_count,
        min(log_file_path) as log_file_path,
        min(line_number) as line_number
    from records
    where signal = 'topic_published'
    group by session_id, topic
),

routed as (
    select session_id, topic, sequence_key, count(*) as routed_count
    from records
    where signal = 'topic_routed'
    group by session_id, topic, sequence_key
),

-- Delivery and publication are counted, not paired: a topic's rows do not repeat its name and may nest.
unrouted as (
    select
        published.session_id,
        'unrouted_topic' as deviation_class,
        published.topic,
        'routed to ' || routes.sequence_key || ' each time' as expected,
        coalesce(routed.routed_count, 0) || ' of ' || published.published_count || ' publications were' as observed,
        published.published_count - coalesce(routed.routed_count, 0) as occurrence_count,
        published.log_file_path,
        published.line_number
    from published
    inner join routes
        on published.topic = routes.topic and routes.sequence_key is not null
    left join routed
        on
            published.session_id = routed.session_id
            and published.topic = routed.topic
            and routes.sequence_key = routed.sequence_key
    where published.published_count > coalesce(routed.routed_count, 0)
),

both_kinds as (
    select * from misrouted
    union all
    select * from unrouted
),

final as (
    select
        session_id,
        cast(null as varchar) as flow_id,
        deviation_class,
        'warning' as severity,
        cast(null as varchar) as sequence_name,
        cast(null as bigint) as beat_number,
        topic,
        cast(null as varchar) as handler_name,
        expected,
        observed,
        occurrence_count,
        log_file_path,
        line_number
    from both_kinds
)

select * from final
