{# Declared sequences, beats and topics no session showed, with the reason where the data tell it. #}

with sessions as (
    select count(*) as window_session_count from {{ ref('dim_sessions') }}
),

sequences as (
    select
        sequences.*,
        (
            select count(*) from {{ ref('fct_flows') }} as flows
            where flows.sequence_id = sequences.sequence_id and flows.status <> 'never_started'
        ) as flow_count,
        (
            select count(*) from {{ ref('fct_flows') }} as flows
            where flows.sequence_id = sequences.sequence_id and flows.status = 'never_started'
        ) as refused_count,
        (
            select count(*) from {{ ref('stg_code__topic_routes') }} as routes
            where routes.sequence_key = sequences.sequence_key
        ) as route_count
    from {{ ref('dim_sequences') }} as sequences
),

seen_beats as (
    select distinct beat_id from {{ ref('fct_beat_executions') }} where beat_id is not null
),

unseen as (
    select
        'sequence' as thing_kind, sequence_key as thing_name, sequence_id, sequence_name, plugin_name,
        cast(null as varchar) as handler_name,
        case
            when refused_count > 0 then 'requested ' || {{ counted('refused_count', 'time') }} || ', never started'
            when route_count = 0 then 'no route leads to it'
            else 'never requested, though ' || {{ counted('route_count', 'route leads', 'routes lead') }} || ' to it'
        end as unused_reason,
        declaration_file_path, cast(null as varchar) as declaration_json_path
    from sequences
    where flow_count = 0
    union all
    select
        'beat', coalesce(beats.beat_title, beats.topic), beats.sequence_id, beats.sequence_name,
        sequences.plugin_name, beats.handler_name,
        case
            when sequences.flow_count = 0 then 'its sequence never ran'
            else 'its sequence ran ' || {{ counted('sequences.flow_count', 'time') }} || ', this beat never'
        end,
        beats.declaration_file_path, beats.declaration_json_path
    from {{ ref('dim_beats') }} as beats
    inner join sequences on beats.sequence_id = sequences.sequence_id
    left join seen_beats on beats.beat_id = seen_beats.beat_id
    where seen_beats.beat_id is null
    union all
    select
        'topic', topic, null, null, null, null,
        case
            when route_count > 0 and sequence_count > 0
                then 'never seen; ' || {{ counted('route_count', 'route') }} || ', and ' || {{ counted('sequence_count', 'sequence') }} || ' with a beat on it'
            when route_count > 0 then 'never published; ' || {{ counted('route_count', 'route leads', 'routes lead') }} || ' from it'
            when sequence_count > 0 then 'never emitted; ' || {{ counted('sequence_count', 'sequence has', 'sequences have') }} || ' a beat on it'
            when is_in_manifest then 'never published; the manifest lists it without a route'
            else 'never published; a log names it, and no declaration'
        end,
        null, null
    from {{ ref('dim_topics') }}
    where session_count = 0
),

final as (
    select
        {{ stable_id(['thing_kind', 'thing_name', 'sequence_id', 'declaration_json_path']) }} as coverage_unseen_id,
        thing_kind,
        thing_name,
        sequence_id,
        sequence_name,
        plugin_name,
        handler_name,
        unused_reason,
        declaration_file_path,
        declaration_json_path,
        sessions.window_session_count,
        {{ usage_upper_bound_pct('0', 'sessions.window_session_count') }} as usage_upper_bound_pct
    from unseen
    cross join sessions
)

select * from final
