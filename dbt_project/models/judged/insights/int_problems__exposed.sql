{# In which sessions a problem could have shown, how often it could, and how often it did. #}

with problems as (
    select recommendation_id, symptom_kind, symptom_class, handler_id, sequence_id, topic
    from {{ ref('int_recommendations__placed') }}
    where symptom_kind in ('deviation', 'error', 'anomaly')
),

commits as (
    select * from {{ ref('stg_code__commits') }}
),

-- A build that is the beginning of a commit's hash has the code of that commit; else the time of the session stands for it.
sessions as (
    select
        sessions.session_id,
        builds.build_number,
        coalesce(max(commits.committed_at), min(sessions.started_at)) as code_at
    from {{ ref('dim_sessions') }} as sessions
    left join {{ ref('rpt_builds') }} as builds on sessions.build = builds.build
    left join commits on length(sessions.build) >= 7 and starts_with(commits.commit_hash, sessions.build)
    group by sessions.session_id, builds.build_number
),

occurrences as (
    select recommendation_id, session_id, sum(occurrence_count) as occurrence_count
    from {{ ref('int_causes__grouped') }}
    group by recommendation_id, session_id
),

-- What could have shown it, per session.
subjects as (
    select
        recommendation_id,
        case
            when handler_id is not null and (symptom_kind = 'error' or symptom_class in ('handler_failed', 'slow_handler'))
                then 'handler executions'
            when sequence_id is not null then 'flows'
            when topic is not null then 'publications'
            else 'sessions'
        end as opportunity_kind,
        case
            when handler_id is not null and (symptom_kind = 'error' or symptom_class in ('handler_failed', 'slow_handler'))
                then handler_id
            else coalesce(sequence_id, topic)
        end as subject
    from problems
),

chances as (
    select 'handler executions' as opportunity_kind, handler_id as subject, session_id, count(*) as opportunity_count
    from {{ ref('fct_handler_executions') }}
    group by handler_id, session_id
    union all
    select 'flows', sequence_id, session_id, count(*)
    from {{ ref('fct_flows') }}
    group by sequence_id, session_id
    union all
    select 'publications', topic, session_id, sum(published_count)
    from {{ ref('int_topics__counted') }}
    group by topic, session_id
),

exposed as (
    select
        subjects.recommendation_id,
        subjects.opportunity_kind,
        sessions.*,
        greatest(
            case when subjects.opportunity_kind = 'sessions' then 1 else coalesce(chances.opportunity_count, 0) end,
            case when occurrences.occurrence_count > 0 then 1 else 0 end
        ) as opportunity_count,
        coalesce(occurrences.occurrence_count, 0) as occurrence_count
    from subjects
    cross join sessions
    left join chances
        on
            subjects.opportunity_kind = chances.opportunity_kind
            and subjects.subject = chances.subject
            and sessions.session_id = chances.session_id
    left join occurrences
        on subjects.recommendation_id = occurrences.recommendation_id and sessions.session_id = occurrences.session_id
),

final as (
    select
        recommendation_id,
        opportunity_kind,
        session_id,
        build_number,
        code_at,
        cast(opportunity_count as bigint) as opportunity_count,
        -- A flow that shows it twice shows it.
        cast(least(occurrence_count, opportunity_count) as bigint) as occurrence_count
    from exposed
    where opportunity_count > 0
)

select * from final
