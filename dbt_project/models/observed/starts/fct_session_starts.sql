{# A start ends with the first flow, or with the first thing a user did. How long it took is known only where the log shows
   something of it: a log that was cut at its beginning starts anywhere. #}

with records as (
    select
        *,
        min(case when signal in ('flow_started', 'user_acted') then line_number end) over (partition by session_id)
            as first_use_line_number
    from {{ pending('int_records__correlated') }} as record
),

seen as (
    select
        record.session_id,
        max(record.first_use_line_number) as first_use_line_number,
        min(case when record.line_number >= record.first_use_line_number then record.emitted_at end) as first_used_at,
        count(
            case
                when record.signal in (
                    'session_started', 'build_reported', 'package_reported', 'plugin_mount_attempted', 'plugin_mounted',
                    'plugin_mount_failed', 'sequence_registered', 'topic_subscribed'
                ) then 1
            end
        ) > 0 as has_start,
        count(case when record.signal = 'sequence_registered' then 1 end) as registered_sequence_count,
        count(case when record.signal = 'topic_subscribed' then 1 end) as subscription_count,
        count(distinct case when record.signal = 'topic_subscribed' then record.topic end) as subscribed_topic_count
    from records as record
    where record.line_number <= coalesce(record.first_use_line_number, record.line_number)
    group by record.session_id
),

-- Mounts may lie in each other: the time in mounts is that of their union. A mount of which only the outcome is known
-- took an unknown part of the time before it, so that only mounts with a stamped attempt divide the start.
mounts as (
    select
        *,
        max(ended_at) over (
            partition by session_id order by attempted_at, line_number rows between unbounded preceding and 1 preceding
        ) as reached_at
    from {{ pending('fct_plugin_mounts') }} as mount
    where mount.is_starting
),

mounted as (
    select
        session_id,
        count(*) as mount_count,
        count(case when is_success then 1 end) as mounted_count,
        count(case when not is_success then 1 end) as failed_mount_count,
        min(attempted_at) as first_mount_at,
        max(case when attempted_at is not null then coalesce(ended_at, attempted_at) end) as last_mount_at,
        sum(
            case
                when ended_at > greatest(attempted_at, coalesce(reached_at, attempted_at))
                    then {{ milliseconds_between('greatest(attempted_at, coalesce(reached_at, attempted_at))', 'ended_at') }}
            end
        ) as mounting_ms
    from mounts
    group by session_id
),

timed as (
    select
        file.session_id,
        file.log_file_path,
        seen.* exclude (session_id),
        mounted.* exclude (session_id),
        case when seen.has_start then {{ milliseconds_between('file.first_emitted_at', 'seen.first_used_at') }} end
            as startup_ms,
        {{ milliseconds_between('file.first_emitted_at', 'mounted.first_mount_at') }} as before_mounts_ms,
        {{ milliseconds_between('mounted.first_mount_at', 'mounted.last_mount_at') }} as mounts_ms,
        {{ milliseconds_between('mounted.last_mount_at', 'seen.first_used_at') }} as after_mounts_ms
    from {{ pending('stg_logs__log_files') }} as file
    inner join seen on file.session_id = seen.session_id
    left join mounted on file.session_id = mounted.session_id
),

final as (
    select
        session_id,
        has_start,
        startup_ms,
        before_mounts_ms,
        case when mounts_ms is not null then coalesce(mounting_ms, 0) end as mounting_ms,
        mounts_ms - coalesce(mounting_ms, 0) as between_mounts_ms,
        after_mounts_ms,
        coalesce(mount_count, 0) as mount_count,
        coalesce(mounted_count, 0) as mounted_count,
        coalesce(failed_mount_count, 0) as failed_mount_count,
        registered_sequence_count,
        subscription_count,
        subscribed_topic_count,
        first_mount_at,
        last_mount_at,
        first_used_at,
        first_use_line_number,
        log_file_path
    from timed
)

select * from final
