{# Routes a manifest declares, routes production took, and both. #}

with declared as (
    select
        topic,
        sequence_key,
        min(plugin_name) as plugin_name,
        min(declaration_file_path) as declaration_file_path
    from {{ ref('stg_code__topic_routes') }}
    where sequence_key is not null and route_kind = 'topic'
    group by topic, sequence_key
),

observed as (
    select
        topic,
        routed_sequence_key as sequence_key,
        sum(routed_count) as routed_count,
        count(distinct session_id) as session_count
    from {{ ref('int_topics__counted') }}
    where routed_sequence_key is not null
    group by topic, routed_sequence_key
),

final as (
    select
        {{ stable_id(['coalesce(declared.topic, observed.topic)', 'coalesce(declared.sequence_key, observed.sequence_key)']) }} as topic_route_id,
        coalesce(declared.topic, observed.topic) as topic,
        coalesce(declared.sequence_key, observed.sequence_key) as sequence_key,
        sequence.sequence_name,
        coalesce(declared.plugin_name, sequence.plugin_name) as plugin_name,
        case
            when declared.topic is null then 'observed_only'
            when observed.topic is null then 'declared_only'
            else 'both'
        end as route_class,
        sequence.sequence_key is not null as is_sequence_declared,
        cast(coalesce(observed.routed_count, 0) as bigint) as routed_count,
        coalesce(observed.session_count, 0) as session_count,
        declared.declaration_file_path
    from declared
    full outer join observed
        on declared.topic = observed.topic and declared.sequence_key = observed.sequence_key
    left join {{ ref('stg_code__sequences') }} as sequence
        on
            coalesce(declared.sequence_key, observed.sequence_key) = sequence.sequence_key
            and sequence.is_primary
)

select * from final
