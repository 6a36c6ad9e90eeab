{# Deviations of all classes. One cause is one alarm: what follows from another deviation, or is told by it, is marked. #}

with deviations as (
    select * from {{ pending('int_deviations__of_order') }}
    union all
    select * from {{ pending('int_deviations__of_absence') }}
    union all
    select * from {{ pending('int_deviations__of_outcome') }}
    union all
    select * from {{ pending('int_deviations__of_handlers') }}
    union all
    select * from {{ pending('int_deviations__of_routing') }}
    union all
    select * from {{ pending('int_deviations__of_topics') }}
),

-- A request for a plugin that does not exist, made by a topic that went where no route leads.
strays as (
    select distinct
        lost.session_id,
        lost.line_number
    from {{ pending('int_records__correlated') }} as lost
    inner join {{ pending('int_records__correlated') }} as routed
        on lost.session_id = routed.session_id and lost.plugin_name = routed.plugin_name
    inner join deviations
        on routed.session_id = deviations.session_id and routed.topic = deviations.topic
    left join {{ ref('stg_code__topic_routes') }} as route
        on routed.topic = route.topic and routed.sequence_key = route.sequence_key
    where
        lost.signal in ('plugin_missing', 'sequence_missing')
        and routed.signal = 'topic_routed'
        and deviations.deviation_class = 'misrouted_topic'
        and route.topic is null
),

causes as (
    select
        deviations.*,
        emitted.emitted_at,
        strays.line_number is not null as is_astray,
        bool_or(deviation_class in ('hung_flow', 'incomplete_flow')) over (partition by deviations.session_id) as has_halt,
        flow_id is not null and bool_or(deviation_class = 'failed_beat') over (partition by flow_id)
            as has_failed_beat,
        flow_id is not null and bool_or(deviation_class = 'failed_beat') over (
                partition by flow_id, deviations.beat_number
            ) as is_beat_failed,
        flow_id is not null and bool_or(deviation_class = 'unexpected_beat') over (
                partition by flow_id, deviations.line_number
            ) as is_beat_unexpected
    from deviations
    left join strays
        on deviations.session_id = strays.session_id and deviations.line_number = strays.line_number
    left join {{ pending('int_records__correlated') }} as emitted
        on deviations.session_id = emitted.session_id and deviations.line_number = emitted.line_number
),

final as (
    select
        * exclude (is_astray, has_halt, has_failed_beat, is_beat_failed, is_beat_unexpected),
        (deviation_class = 'never_started_flow' and has_halt)
        or (deviation_class = 'failed_flow' and has_failed_beat)
        or (deviation_class = 'handler_failed' and is_beat_failed)
        or (deviation_class in ('no_subscriber', 'no_handler') and is_beat_unexpected)
        or (deviation_class in ('unknown_plugin', 'unknown_sequence') and is_astray) as is_consequence
    from causes
)

select * from final
