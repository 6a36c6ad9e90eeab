{# Causes over all sessions: what each would save, and whether builds since then still show it. #}

with causes as (
    select * from {{ ref('int_causes__grouped') }}
),

sessions as (
    select count(*) as all_session_count from {{ ref('dim_sessions') }}
),

newest_build as (
    select
        build,
        session_count,
        sum(session_count) over () - session_count as earlier_session_count
    from {{ ref('rpt_builds') }}
    qualify build_number = max(build_number) over ()
),

-- The session with most of it is the one to open.
spoken as (
    select * from causes
    qualify row_number() over (partition by recommendation_id order by harm_seconds desc, session_id asc) = 1
),

summed as (
    select
        causes.recommendation_id,
        count(*) as session_count,
        sum(causes.occurrence_count) as occurrence_count,
        sum(causes.harm_seconds) as harm_seconds,
        max(causes.confidence) as confidence,
        min(causes.detected_at) as first_seen_at,
        max(causes.detected_at) as last_seen_at,
        count(case when session.build = newest_build.build then 1 end) as newest_build_session_count,
        count(case when session.build <> newest_build.build then 1 end) as earlier_build_session_count
    from causes
    inner join {{ ref('dim_sessions') }} as session on causes.session_id = session.session_id
    left join newest_build on true
    group by causes.recommendation_id
),

final as (
    select
        spoken.recommendation_id,
        spoken.symptom_kind,
        spoken.symptom_class,
        spoken.fix_class,
        spoken.handler_name,
        spoken.plugin_name,
        spoken.sequence_name,
        spoken.beat_number,
        spoken.topic,
        spoken.expected,
        spoken.observed,
        spoken.error_group_id,
        spoken.code_file_path,
        spoken.code_line_number,
        summed.session_count,
        summed.occurrence_count,
        summed.harm_seconds / sessions.all_session_count as gain_seconds,
        summed.confidence,
        spoken.effort_hours,
        summed.first_seen_at,
        summed.last_seen_at,
        case
            when newest_build.build is null or summed.earlier_build_session_count = 0 then 'open'
            when summed.newest_build_session_count > 0 then 'open'
            -- What was rare before is easily missed by few sessions: gone is what chance would hide in one case of twenty.
            when
                power(
                    1 - cast(summed.earlier_build_session_count as double) / newest_build.earlier_session_count,
                    newest_build.session_count
                ) <= 0.05
                then 'not_seen_in_newest_build'
            else 'open'
        end as outcome,
        spoken.session_id,
        spoken.flow_id,
        spoken.log_file_path,
        spoken.line_number
    from spoken
    inner join summed on spoken.recommendation_id = summed.recommendation_id
    cross join sessions
    left join newest_build on true
)

select * from final
