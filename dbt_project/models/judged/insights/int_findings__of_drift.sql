{# Drift that one fix would end, once: a manifest that lacks many topics is mended in one go, and so is a sequence without handlers. #}

with sessions as (
    select greatest(count(*), 1) as all_session_count from {{ ref('dim_sessions') }}
),

drifts as (
    select
        *,
        case
            when drift_class in ('topic_not_in_manifest', 'route_not_declared') then 'the manifest'
            when drift_class = 'handler_not_in_code' then coalesce(declaration_file_path, '') || ' ' || coalesce(sequence_name, '')
            else drift_id
        end as fix_place,
        case
            when drift_class in ('topic_not_in_manifest', 'route_not_declared') then topic
            when drift_class = 'handler_not_in_code' then handler_name
        end as member
    from {{ ref('fct_declaration_drift') }} as drift
    where
        severity in ('warning', 'critical')
        and not is_accepted
        -- What a deviation already says of a topic is not said again.
        and not exists (
            select 1 from {{ ref('int_symptoms__collected') }} as symptom
            where symptom.fix_class in ('correct_route', 'declare_topic') and symptom.topic = drift.topic
        )
),

grouped as (
    select
        drift_class,
        {{ stable_id(['drift_class', 'fix_place']) }} as source_id,
        count(*) as member_count,
        max(session_count) as session_count,
        -- Where one thing drifts it is named; where several do they are counted and listed.
        case when count(*) = 1 then min(handler_name) end as handler_name,
        case when count(distinct plugin_name) = 1 then min(plugin_name) end as plugin_name,
        case when count(distinct sequence_name) = 1 then min(sequence_name) end as sequence_name,
        case when count(*) = 1 then min(topic) end as topic,
        min(declared) as declared,
        min(found) as found,
        list(member order by member) as members,
        case when count(distinct declaration_file_path) = 1 then min(declaration_file_path) end as declaration_file_path
    from drifts
    group by drift_class, fix_place
),

final as (
    select
        'drift' as symptom_kind,
        grouped.drift_class as symptom_class,
        grouped.source_id,
        grouped.handler_name,
        grouped.plugin_name,
        grouped.sequence_name,
        grouped.topic,
        grouped.declared || case when grouped.member_count > 1 then ', and ' || (grouped.member_count - 1) || ' more' else '' end
            as expected,
        case
            when grouped.member_count = 1 then grouped.found
            else array_to_string(grouped.members[1:12], ', ')
                || case when grouped.member_count > 12 then ' and ' || (grouped.member_count - 12) || ' more' else '' end
        end as observed,
        grouped.session_count,
        grouped.member_count as occurrence_count,
        -- In how many sessions it matters; never seen in n sessions is at most three in n (rule of three).
        case
            when grouped.session_count > 0 then cast(grouped.session_count as double) / sessions.all_session_count
            else least(1.0, 3.0 / sessions.all_session_count)
        end as gain_seconds,
        1.0 as certainty,
        grouped.declaration_file_path as code_file_path,
        cast(null as bigint) as code_line_number
    from grouped
    cross join sessions
)

select * from final
