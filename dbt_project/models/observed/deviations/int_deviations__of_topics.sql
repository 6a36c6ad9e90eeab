{# Publications against the declared routes, one row per session and topic: what went astray and what did not arrive. #}

with records as (
    select *, row_number() over (partition by session_id order by line_number desc) as number_from_end
    from {{ pending('int_records__correlated') }} as record
),

routes as (
    select distinct topic, sequence_key from {{ ref('stg_code__topic_routes') }}
    where route_kind = 'topic'
),

declared_topics as (
    select topic, string_agg(sequence_key, ', ' order by sequence_key) as declared_sequence_keys
    from routes
    group by topic
),

-- A log that ends within five records of a publication ends before its delivery could be written.
published as (
    select
        session_id,
        topic,
        count(case when signal = 'topic_published' and number_from_end > 5 then 1 end)
        - count(case when signal = 'emission_blocked' then 1 end) as published_count,
        min(log_file_path) as log_file_path,
        min(line_number) as line_number
    from records
    where signal in ('topic_published', 'emission_blocked') and topic is not null
    group by session_id, topic
),

delivered as (
    select
        session_id,
        topic,
        sequence_key,
        count(*) as routed_count,
        min(log_file_path) as log_file_path,
        min(line_number) as line_number
    from records
    where signal = 'topic_routed'
    group by session_id, topic, sequence_key
),

astray as (
    select
        delivered.session_id,
        delivered.topic,
        string_agg(delivered.routed_count || ' went to ' || delivered.sequence_key, ', ' order by delivered.sequence_key) as said,
        sum(delivered.routed_count) as astray_count,
        min(delivered.log_file_path) as log_file_path,
        min(delivered.line_number) as line_number
    from delivered
    inner join declared_topics on delivered.topic = declared_topics.topic
    left join routes on delivered.topic = routes.topic and delivered.sequence_key = routes.sequence_key
    where routes.topic is null
    group by delivered.session_id, delivered.topic
),

-- What a guard of the application blocked was never on its way. Delivery and publication are counted, not paired: a topic's rows do not repeat its name and may nest.
missing as (
    select
        published.session_id,
        published.topic,
        string_agg(
            coalesce(delivered.routed_count, 0) || ' of ' || published.published_count || ' publications reached '
            || routes.sequence_key, ', ' order by routes.sequence_key
        ) as said,
        max(published.published_count - coalesce(delivered.routed_count, 0)) as missing_count,
        min(published.log_file_path) as log_file_path,
        min(published.line_number) as line_number
    from published
    inner join routes on published.topic = routes.topic and routes.sequence_key is not null
    left join delivered
        on
            published.session_id = delivered.session_id
            and published.topic = delivered.topic
            and routes.sequence_key = delivered.sequence_key
    where published.published_count > coalesce(delivered.routed_count, 0)
    group by published.session_id, published.topic
),

final as (
    select {{ deviation(
        session_id='coalesce(astray.session_id, missing.session_id)',
        deviation_class="case when astray.topic is null then 'unrouted_topic' else 'misrouted_topic' end",
        topic='coalesce(astray.topic, missing.topic)',
        expected_value="coalesce('each publication reaches ' || declared_topics.declared_sequence_keys, 'no route')",
        observed_value="concat_ws('; ', missing.said, astray.said)",
        occurrence_count='greatest(coalesce(astray.astray_count, 0), coalesce(missing.missing_count, 0))',
        log_file_path='coalesce(astray.log_file_path, missing.log_file_path)',
        line_number='coalesce(astray.line_number, missing.line_number)'
    ) }}
    from astray
    full outer join missing
        on astray.session_id = missing.session_id and astray.topic = missing.topic
    left join declared_topics
        on coalesce(astray.topic, missing.topic) = declared_topics.topic
)

select * from final
