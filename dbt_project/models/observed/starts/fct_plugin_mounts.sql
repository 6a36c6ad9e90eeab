{# What is not written stays null: the attempt of an application that only reports what is mounted, the outcome where the
   log ends too early, the time of a log without stamps. #}

with records as (
    select
        *,
        signal = 'plugin_mount_attempted' as is_attempt,
        lead(signal) over (partition by session_id, plugin_name order by line_number) as next_signal
    from {{ pending('int_records__correlated') }} as record
    where
        record.signal in (
            'plugin_mount_attempted', 'plugin_already_mounted', 'plugin_mounted', 'plugin_mount_failed',
            'plugin_listed', 'flow_started', 'user_acted'
        )
),

-- From here on the application is in use: what was to be mounted before has had its time.
uses as (
    select session_id, min(line_number) as first_use_line, max(line_number) as last_use_line
    from records
    where signal in ('flow_started', 'user_acted')
    group by session_id
),

lists as (
    select session_id, plugin_name, max(line_number) as listed_line_number
    from records
    where signal = 'plugin_listed'
    group by session_id, plugin_name
),

counted as (
    select
        *,
        sum(case when is_attempt then 1 else -1 end) over so_far as open_count,
        lead(line_number) over so_far as next_line,
        max(case when not is_attempt then line_number end) over (partition by session_id, plugin_name) as last_end_line
    from records
    where signal in ('plugin_mount_attempted', 'plugin_mounted', 'plugin_mount_failed')
    window so_far as (partition by session_id, plugin_name order by line_number)
),

-- An end belongs to the attempt of its plugin that was opened last. So attempts and their ends have the same depth; an
-- end without an attempt takes the count to a new low, which is depth 0 from then on.
deep as (
    select
        *,
        open_count + case when is_attempt then 0 else 1 end - least(min(open_count) over (
            partition by session_id, plugin_name order by line_number rows unbounded preceding
        ), 0) as depth
    from counted
),

paired as (
    select
        *,
        coalesce(lag(is_attempt) over at_depth, false) as is_end_of_attempt,
        case when is_attempt then lead(signal) over at_depth else signal end as end_signal,
        case when is_attempt then lead(line_number) over at_depth else line_number end as end_line,
        case when is_attempt then lead(emitted_at) over at_depth else emitted_at end as ended_at,
        case when is_attempt then lead(error_message) over at_depth else error_message end as end_message
    from deep
    window at_depth as (partition by session_id, plugin_name, depth order by line_number)
),

mounts as (
    select * from paired
    where is_attempt or not is_end_of_attempt
),

final as (
    select
        {{ stable_id(['mounts.session_id', 'mounts.line_number', "'mount'"]) }} as plugin_mount_id,
        mounts.session_id,
        mounts.plugin_name,
        row_number() over (partition by mounts.session_id order by mounts.line_number) as mount_number,
        row_number() over (partition by mounts.session_id, mounts.plugin_name order by mounts.line_number)
            as plugin_mount_number,
        case
            when mounts.end_signal is not null then mounts.end_signal = 'plugin_mounted'
            when greatest(mounts.last_end_line, uses.last_use_line) > mounts.line_number then false
        end as is_success,
        coalesce(mounts.line_number < uses.first_use_line, true) as is_starting,
        mounts.is_attempt and coalesce(mounts.next_signal = 'plugin_already_mounted', false) as is_already_mounted,
        case when mounts.is_attempt then mounts.line_number end as attempt_line_number,
        case when mounts.is_attempt then mounts.emitted_at end as attempted_at,
        mounts.end_line as end_line_number,
        mounts.ended_at,
        lists.listed_line_number,
        -- With several attempts of a plugin open at once, which of them took how long is not said.
        case
            when mounts.is_attempt and mounts.end_line = mounts.next_line and mounts.ended_at >= mounts.emitted_at
                then {{ milliseconds_between('mounts.emitted_at', 'mounts.ended_at') }}
        end as duration_ms,
        mounts.end_message as failure_message,
        mounts.log_file_path,
        mounts.line_number
    from mounts
    left join uses on mounts.session_id = uses.session_id
    left join lists
        on
            mounts.session_id = lists.session_id
            and mounts.plugin_name = lists.plugin_name
            and mounts.line_number < lists.listed_line_number
)

select * from final
