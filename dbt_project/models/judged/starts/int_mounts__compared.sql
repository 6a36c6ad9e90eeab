{# Attempts to mount a plugin that did not succeed, in each of the newest sessions, beside those of all sessions before it.
   A plugin with no session before has nothing to compare with. #}

with attempts as (
    select
        mount.session_id,
        mount.plugin_name,
        roster.is_newest,
        roster.is_incident,
        roster.started_at,
        min(mount.log_file_path) as log_file_path,
        count(*) as attempt_count,
        count(case when not mount.is_success then 1 end) as unsuccessful_count
    from {{ ref('fct_plugin_mounts') }} as mount
    inner join {{ ref('int_sessions__rostered') }} as roster on mount.session_id = roster.session_id
    where mount.is_success is not null
    group by mount.session_id, mount.plugin_name, roster.is_newest, roster.is_incident, roster.started_at
),

compared as (
    select
        *,
        sum(case when is_incident then 0 else attempt_count end) over earlier as past_chance_count,
        sum(case when is_incident then 0 else unsuccessful_count end) over earlier as past_count
    from attempts
    window earlier as (
        partition by plugin_name order by started_at nulls first, session_id
        rows between unbounded preceding and 1 preceding
    )
),

final as (
    select
        'unsuccessful_mount' as breach_class,
        'plugin' as thing_kind,
        plugin_name || ', session ' || regexp_extract(log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as thing_name,
        cast(null as varchar) as sequence_name,
        cast(null as bigint) as beat_number,
        unsuccessful_count as newest_count,
        cast(past_count as bigint) as past_count,
        1 as newest_session_count,
        session_id,
        'attempts' as chance_kind,
        attempt_count as newest_chance_count,
        cast(past_chance_count as bigint) as past_chance_count
    from compared
    where is_newest and unsuccessful_count > 0 and past_chance_count > 0
)

select * from final
