{# What is known to fill a silence: a beat whose declared timing is to wait ends it, or plugins were being mounted. #}

with gaps as (
    select * from {{ pending('int_gaps__placed') }}
),

waiting_beats as (
    select
        beat.flow_id,
        beat.line_number,
        beat.started_at,
        'beat ' || declared.beat_number || ' (' || declared.topic || ') is declared to wait: timing ' || declared.timing as wait_evidence
    from {{ pending('int_beats__aligned') }} as beat
    inner join {{ ref('stg_code__beats') }} as declared
        on beat.sequence_key = declared.sequence_key and beat.declared_position = declared.beat_position
    where {{ is_waiting_timing('declared.timing') }}
),

waits as (
    select gaps.gap_id, waiting_beats.wait_evidence
    from gaps
    inner join waiting_beats
        on
            gaps.flow_id = waiting_beats.flow_id
            and waiting_beats.line_number >= gaps.next_line_number
            and waiting_beats.started_at between gaps.ended_at and gaps.ended_at + interval 50 millisecond
    where gaps.beat_execution_id is null
    qualify row_number() over (partition by gaps.gap_id order by waiting_beats.line_number) = 1
),

mounts as (
    select
        mount.*,
        coalesce(mount.plugin_name, 'an unnamed plugin') || ' (line ' || mount.line_number || ')' as mount_words
    from {{ pending('fct_plugin_mounts') }} as mount
    where mount.is_starting
),

-- The mount a silence of the start lies in, or the mounts before and after it.
surrounded as (
    select
        gaps.gap_id,
        {{ value_at_last('case when mounts.attempt_line_number <= gaps.line_number and mounts.end_line_number >= gaps.next_line_number then mounts.mount_words end', 'mounts.line_number') }}
            as open_mount,
        {{ value_at_last('case when mounts.line_number <= gaps.line_number then mounts.mount_words end', 'mounts.line_number') }}
            as earlier_mount,
        {{ value_at_first('case when mounts.line_number >= gaps.next_line_number then mounts.mount_words end', 'mounts.line_number') }}
            as later_mount
    from gaps
    inner join mounts on gaps.session_id = mounts.session_id
    where gaps.gap_place = 'starting'
    group by gaps.gap_id
),

final as (
    select
        gaps.gap_id,
        gaps.session_id,
        waits.gap_id is not null as is_waiting,
        waits.wait_evidence,
        coalesce(open_mount, case when later_mount is not null then earlier_mount end) is not null as is_mounting,
        case
            when open_mount is not null then 'mounting plugins: ' || open_mount || ' was being mounted'
            when earlier_mount is not null and later_mount is not null
                then 'mounting plugins: after ' || earlier_mount || ', before ' || later_mount
            when later_mount is not null then 'before the first mount of a plugin, ' || later_mount
            when earlier_mount is not null then 'after the last mount of a plugin, ' || earlier_mount
        end as mount_evidence
    from gaps
    left join waits on gaps.gap_id = waits.gap_id
    left join surrounded on gaps.gap_id = surrounded.gap_id
)

select * from final
