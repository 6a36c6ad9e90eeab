with sessions as (
    select * from {{ ref('dim_sessions') }}
),

settings as (
    select * from {{ ref('stg_project__anomaly_settings') }}
),

incidents as (
    select log_path_pattern from {{ ref('incident_sessions') }}
    union all
    select setting_value as log_path_pattern from settings
    where setting_name = 'incident'
),

training as (
    select sessions.session_id
    from sessions
    inner join settings
        on
            (
                settings.setting_name = 'training'
                and {{ matches_glob('sessions.log_file_path', 'settings.setting_value') }}
            )
            or (settings.setting_name = 'training_build' and sessions.build = settings.setting_value)
),

excluded as (
    select sessions.session_id
    from sessions
    inner join incidents
        on {{ matches_glob('sessions.log_file_path', 'incidents.log_path_pattern') }}
),

newest as (
    select
        (select build from {{ ref('rpt_builds') }} order by build_number desc limit 1) as build,
        (select first_seen_at from {{ ref('rpt_builds') }} order by build_number desc limit 1) as build_seen_at,
        max(started_at) as started_at
    from sessions
),

-- What says neither when nor by which build it was recorded is not known to be old: it is judged with the newest.
final as (
    select
        sessions.session_id,
        sessions.log_file_path,
        sessions.started_at,
        sessions.session_id in (select training.session_id from training) as is_training,
        sessions.session_id in (select excluded.session_id from excluded) as is_incident,
        coalesce(case
            when sessions.build is not null then sessions.build = newest.build
            when newest.build is not null then sessions.started_at >= newest.build_seen_at
            else sessions.started_at > newest.started_at - interval '1' day
        end, true) as is_newest
    from sessions
    cross join newest
)

select * from final
