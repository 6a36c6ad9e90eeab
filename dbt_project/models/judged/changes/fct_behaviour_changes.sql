{# What one build showed and the build before it did not, or the reverse, with the chance of that if nothing had changed. #}

with compared as (
    select * from {{ ref('int_behaviours__compared') }}
),

-- If builds did not matter, the sessions that show it would be drawn from both alike.
chanced as (
    select
        *,
        case
            when is_change
                then {{ chance_all_before('session_count', 'build_session_count', 'other_session_count') }}
            else 1
        end as p_value
    from compared
),

-- Benjamini and Hochberg over everything either build shows.
ranked as (
    select
        *,
        p_value * count(*) over (partition by build_number)
        / count(*) over (partition by build_number order by p_value range between unbounded preceding and current row) as stepped
    from chanced
),

controlled as (
    select
        *,
        least(1, min(stepped) over (
            partition by build_number order by p_value range between current row and unbounded following
        )) as q_value
    from ranked
),

final as (
    select
        {{ stable_id(['controlled.build', 'controlled.build_before', 'controlled.subject_kind', 'controlled.subject_id']) }} as behaviour_change_id,
        controlled.build,
        controlled.build_before,
        controlled.build_number,
        case
            when not controlled.is_in_later then 'vanished'
            when controlled.is_first_build then 'new'
            else 'returned'
        end as behaviour_change_kind,
        controlled.subject_kind,
        controlled.subject_id,
        controlled.subject_name,
        controlled.sequence_name,
        controlled.plugin_name,
        cast(controlled.session_count as bigint) as session_count,
        cast(controlled.build_session_count as bigint) as build_session_count,
        cast(controlled.other_session_count as bigint) as other_session_count,
        cast(controlled.occurrence_count as bigint) as occurrence_count,
        controlled.p_value,
        controlled.q_value as false_discovery_rate,
        controlled.q_value <= 0.05 as is_beyond_chance,
        controlled.example_session_id,
        controlled.example_line_number
    from controlled
    where controlled.is_change
)

select * from final
