{# Whether a thing is in breach more often in the newest sessions than in those before. #}

with counted as (
    select * from {{ ref('int_breaches__counted') }}
    union all by name
    select * from {{ ref('int_mounts__compared') }}
),

-- If nothing changed, all breaches fall on newest and past alike (hypergeometric: Fisher's exact test, one side).
counts as (
    select
        breach_class,
        thing_kind,
        thing_name,
        newest_count,
        past_count,
        newest_chance_count,
        past_chance_count,
        {{ each_whole_number('newest_count', 'least(newest_count + past_count, newest_chance_count)') }} as so_many
    from counted
    where newest_count > 0 and past_count > 0
),

chances as (
    select
        *,
        exp(
            {{ log_choose('newest_chance_count', 'so_many') }}
            + {{ log_choose('past_chance_count', 'newest_count + past_count - so_many') }}
            - {{ log_choose('newest_chance_count + past_chance_count', 'newest_count + past_count') }}
        ) as chance
    from counts
),

tails as (
    select
        breach_class,
        thing_kind,
        thing_name,
        {{ sum_in_order('chance', 'so_many') }} as p_value
    from chances
    group by breach_class, thing_kind, thing_name
),

final as (
    select
        {{ stable_id(['counted.breach_class', 'counted.thing_kind', 'counted.thing_name']) }} as breach_count_id,
        counted.breach_class,
        counted.thing_kind,
        case when counted.thing_kind = 'session' then coalesce(session.session_name, counted.thing_name) else counted.thing_name end
            as thing_name,
        counted.sequence_name,
        cast(counted.beat_number as bigint) as beat_number,
        counted.chance_kind,
        cast(counted.newest_count as bigint) as newest_count,
        cast(counted.newest_chance_count as bigint) as newest_chance_count,
        cast(counted.newest_session_count as bigint) as newest_session_count,
        cast(counted.past_count as bigint) as past_count,
        cast(counted.past_chance_count as bigint) as past_chance_count,
        case when counted.newest_count = 0 then 1 when counted.past_count = 0 then 0 else least(1, round(tails.p_value, 12)) end
            as p_value,
        breach.session_id,
        session.session_name,
        breach.observed,
        breach.log_file_path,
        breach.line_number
    from counted
    left join tails
        on
            counted.breach_class = tails.breach_class
            and counted.thing_kind = tails.thing_kind
            and counted.thing_name = tails.thing_name
    left join {{ ref('int_breaches__collected') }} as breach
        on
            counted.session_id = breach.session_id
            and counted.breach_class = breach.breach_class
            and counted.thing_kind = breach.thing_kind
            and counted.thing_name = breach.thing_name
    left join {{ ref('dim_sessions') }} as session
        on
            session.session_id = case when counted.thing_kind = 'session' then counted.thing_name else counted.session_id end
)

select * from final
