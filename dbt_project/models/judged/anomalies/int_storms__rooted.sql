{# Storms led back to the topic they began with: a routed topic that no sequence of the same storm publishes. #}

with storms as (
    select * from {{ ref('fct_anomalies') }}
    where anomaly_class = 'storm' and severity in ('warning', 'critical') and handler_name is null
),

routes as (
    select distinct topic, sequence_name from {{ ref('dim_topic_routes') }}
    where sequence_name is not null
),

-- A topic that starts a sequence, or the topics that start a sequence that storms.
starts as (
    select
        storms.session_id,
        routes.topic,
        routes.sequence_name,
        min(storms.line_number) as line_number
    from storms
    inner join routes on storms.topic = routes.topic or storms.sequence_name = routes.sequence_name
    group by storms.session_id, routes.topic, routes.sequence_name
),

-- Several topics may start a storming sequence: those that storm themselves explain it.
stormy as (
    select
        starts.*,
        own.topic is not null as is_stormy,
        bool_or(own.topic is not null) over (partition by starts.session_id, starts.sequence_name) as has_stormy
    from starts
    left join (select distinct session_id, topic from storms where topic is not null) as own
        on starts.session_id = own.session_id and starts.topic = own.topic
),

published as (
    select distinct beat.sequence_name, edge.target_name as topic
    from {{ ref('dim_beats') }} as beat
    inner join {{ ref('dim_handlers') }} as handler on beat.handler_id = handler.handler_id
    inner join {{ ref('fct_code_edges') }} as edge
        on
            handler.code_file_path = edge.code_file_path
            and edge.function_line_number = handler.code_line_number
            and edge.edge_kind = 'publishes'
),

caused as (
    select distinct later.session_id, later.topic
    from stormy as later
    inner join published on later.topic = published.topic
    inner join stormy as earlier
        on later.session_id = earlier.session_id and earlier.sequence_name = published.sequence_name
),

roots as (
    select
        stormy.session_id,
        stormy.topic,
        stormy.sequence_name,
        row_number() over (
            partition by stormy.session_id
            order by caused.topic is not null, stormy.line_number, stormy.topic, stormy.sequence_name
        ) as root_number
    from stormy
    left join caused on stormy.session_id = caused.session_id and stormy.topic = caused.topic
    where stormy.is_stormy or not stormy.has_stormy
),

final as (
    select
        storms.anomaly_id,
        coalesce(own.topic, first_root.topic, storms.topic) as topic,
        coalesce(own.sequence_name, first_root.sequence_name, storms.sequence_name) as sequence_name
    from storms
    left join roots as own
        on storms.session_id = own.session_id and storms.topic = own.topic and own.root_number = 1
    left join roots as first_root
        on storms.session_id = first_root.session_id and first_root.root_number = 1
)

select * from final
