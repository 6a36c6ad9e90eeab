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

final as (
    select
        session_id,
        log_file_path,
        started_at,
        session_id in (select training.session_id from training) as is_training,
        session_id in (select excluded.session_id from excluded) as is_incident
    from sessions
)

select * from final
