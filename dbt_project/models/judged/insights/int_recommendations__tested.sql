{# Three questions to every recommendation: is its path declared, is it more than chance, does the cause come first? #}

with united as (
    select recommendation_id, symptom_kind, fix_class, sequence_name, beat_number, topic, plugin_name, handler_name
    from {{ ref('int_recommendations__of_causes') }}
    union all
    select recommendation_id, symptom_kind, fix_class, sequence_name, beat_number, topic, plugin_name, handler_name
    from {{ ref('int_recommendations__of_measures') }}
),

beats as (
    select beat.*, handler.plugin_name
    from {{ ref('dim_beats') }} as beat
    left join {{ ref('dim_handlers') }} as handler on beat.handler_id = handler.handler_id
),

-- Declared beats that have all parts of the path that are known.
declared as (
    select
        united.recommendation_id,
        count(*) as beat_count,
        min(beats.sequence_name) as sequence_name,
        min(beats.beat_position) as beat_number,
        min(beats.topic) as topic,
        min(beats.handler_name) as handler_name
    from united
    inner join beats
        on
            coalesce(united.sequence_name, beats.sequence_name) = beats.sequence_name
            -- Logs count beats in their movement or in their sequence.
            and coalesce(united.beat_number, beats.beat_position) in (beats.beat_position, beats.beat_number)
            and coalesce(united.topic, beats.topic, '') = coalesce(beats.topic, '')
            and coalesce(united.handler_name, beats.handler_name) = beats.handler_name
            and (united.handler_name is null or coalesce(united.plugin_name, beats.plugin_name) = beats.plugin_name)
    where united.topic is not null or united.handler_name is not null or united.beat_number is not null
    group by united.recommendation_id
),

routes as (
    select topic, string_agg(distinct sequence_name, ', ' order by sequence_name) as sequence_names, min(declaration_file_path) as declaration_file_path
    from {{ ref('dim_topic_routes') }}
    where route_class <> 'observed_only' and sequence_name is not null
    group by topic
),

-- What chance would give: asked of anomalies and regressions one by one, and of groups of errors by their features.
chances as (
    select * from (
        select {{ stable_id(['fix_class', 'fix_place']) }} as recommendation_id, q_value, cast(null as double) as odds_ratio
        from {{ ref('int_symptoms__collected') }}
        where q_value is not null
        union all
        select {{ stable_id(["'regression'", "'regression'", 'regression_id']) }}, false_discovery_rate, null
        from {{ ref('fct_regressions') }}
        union all
        select cause.recommendation_id, lift.q_value, lift.odds_ratio
        from {{ ref('int_recommendations__of_causes') }} as cause
        inner join {{ ref('rpt_error_lift') }} as lift on cause.error_group_id = lift.error_group_id
        -- That it fails in one session only is no reason why.
        where lift.feature_kind <> 'session'
    ) as tried
    qualify row_number() over (partition by recommendation_id order by q_value asc, odds_ratio desc nulls last) = 1
),

orders as (
    select
        recommendation_id,
        min(case when evidence_role = 'cause' then line_number end) as cause_line_number,
        min(case when evidence_role = 'consequence' then line_number end) as consequence_line_number
    from {{ ref('int_evidence_lines__collected') }}
    group by recommendation_id, session_id
),

times as (
    select
        recommendation_id,
        count(consequence_line_number) as followed_session_count,
        count(case when cause_line_number <= consequence_line_number then 1 end) as ordered_session_count
    from orders
    group by recommendation_id
),

final as (
    select
        united.recommendation_id,
        case when declared.beat_count = 1 then declared.sequence_name else united.sequence_name end as sequence_name,
        case when declared.beat_count = 1 then coalesce(united.beat_number, declared.beat_number) else united.beat_number end as beat_number,
        case when declared.beat_count = 1 then declared.topic else united.topic end as topic,
        case when declared.beat_count = 1 then declared.handler_name else united.handler_name end as handler_name,
        coalesce(declared.beat_count, 0) as declared_beat_count,
        routes.sequence_names as routed_sequence_names,
        routes.declaration_file_path as route_file_path,
        case
            -- What is to be declared is not declared yet.
            when united.fix_class in ('declare_beat', 'declare_handler', 'declare_route', 'declare_sequence', 'declare_topic')
                then null
            when united.fix_class in ('correct_route', 'mount_plugin') and routes.topic is null then null
            when coalesce(united.topic, united.handler_name, cast(united.beat_number as varchar)) is null then null
            else declared.beat_count is not null or routes.topic is not null
        end as holds_structurally,
        chance.q_value,
        chance.odds_ratio,
        chance.q_value <= 0.05 as holds_statistically,
        coalesce(times.followed_session_count, 0) as followed_session_count,
        coalesce(times.ordered_session_count, 0) as ordered_session_count,
        case when times.followed_session_count > 0 then times.ordered_session_count = times.followed_session_count end
            as holds_in_time
    from united
    left join declared on united.recommendation_id = declared.recommendation_id
    left join routes on united.topic = routes.topic
    left join chances as chance on united.recommendation_id = chance.recommendation_id
    left join times on united.recommendation_id = times.recommendation_id
)

select * from final
