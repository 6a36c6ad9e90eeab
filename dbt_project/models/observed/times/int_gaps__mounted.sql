{# What the log says of plugins around a silence of the start: the mount it lies in, or the mounts before and after it. #}

with gaps as (
    select * from {{ pending('int_gaps__placed') }} as gap
    where gap.gap_place = 'starting'
),

mounts as (
    select
        mount.*,
        coalesce(mount.plugin_name, 'an unnamed plugin') || ' (line ' || mount.line_number || ')' as mount_words
    from {{ pending('fct_plugin_mounts') }} as mount
    where mount.is_starting
),

surrounded as (
    select
        gaps.gap_id,
        gaps.session_id,
        {{ value_at_last('case when mounts.attempt_line_number <= gaps.line_number and mounts.end_line_number >= gaps.next_line_number then mounts.mount_words end', 'mounts.line_number') }}
            as open_mount,
        {{ value_at_last('case when mounts.line_number <= gaps.line_number then mounts.mount_words end', 'mounts.line_number') }}
            as earlier_mount,
        {{ value_at_first('case when mounts.line_number >= gaps.next_line_number then mounts.mount_words end', 'mounts.line_number') }}
            as later_mount
    from gaps
    inner join mounts on gaps.session_id = mounts.session_id
    group by gaps.gap_id, gaps.session_id
),

final as (
    select
        gap_id,
        session_id,
        open_mount is not null or (earlier_mount is not null and later_mount is not null) as is_mounting,
        case
            when open_mount is not null then 'mounting plugins: ' || open_mount || ' was being mounted'
            when earlier_mount is not null and later_mount is not null
                then 'mounting plugins: after ' || earlier_mount || ', before ' || later_mount
            when later_mount is not null then 'before the first mount of a plugin, ' || later_mount
            when earlier_mount is not null then 'after the last mount of a plugin, ' || earlier_mount
        end as mount_evidence
    from surrounded
)

select * from final
