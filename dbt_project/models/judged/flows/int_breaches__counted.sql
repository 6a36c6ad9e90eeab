{# Breaches beside the chance of them, per thing, in the newest sessions and in those before. What had the chance and shows
   no breach is kept, so that n is told. A session marked as an incident is never one of those before. #}

with sessions as (
    select * from {{ ref('int_sessions__rostered') }}
    where is_newest or not is_incident
),

chances as (
    select * from {{ ref('int_breach_chances__counted') }}
),

things as (
    select
        'beat' as thing_kind,
        beat.sequence_name || ', beat ' || beat.beat_number as thing_name,
        beat.sequence_name,
        beat.beat_number
    from {{ ref('dim_beats') }} as beat
    inner join chances on chances.chance_kind = 'flows' and chances.chance_key = beat.sequence_name
    where chances.newest_chance_count > 0 and beat.beat_number is not null
    union
    select
        case chance_kind when 'flows' then 'sequence' when 'executions' then 'handler' else 'topic' end,
        chance_key,
        case when chance_kind = 'flows' then chance_key end,
        null
    from chances
    where newest_chance_count > 0 and chance_kind <> 'sessions'
    union
    select 'session', session_id, null, null
    from sessions
    where is_newest
),

classes as (
    {% for thing_kind, classes in breach_classes().items() -%}
    select '{{ thing_kind }}' as thing_kind, unnest({{ classes }}) as breach_class
    {%- if not loop.last %} union all {% endif %}
    {% endfor %}
),

shown as (
    select
        breach.breach_class,
        breach.thing_kind,
        breach.thing_name,
        min(breach.sequence_name) as sequence_name,
        min(breach.beat_number) as beat_number,
        sum(case when sessions.is_newest then breach.breach_count else 0 end) as newest_count,
        sum(case when sessions.is_newest then 0 else breach.breach_count end) as past_count,
        count(case when sessions.is_newest then 1 end) as newest_session_count,
        max_by(breach.session_id, (sessions.is_newest, sessions.started_at, breach.session_id)) as session_id
    from {{ ref('int_breaches__collected') }} as breach
    inner join sessions on breach.session_id = sessions.session_id
    where breach.thing_kind <> 'plugin'
    group by breach.breach_class, breach.thing_kind, breach.thing_name
),

possible as (
    select classes.breach_class, things.*
    from things
    inner join classes on things.thing_kind = classes.thing_kind
),

united as (
    select
        coalesce(shown.breach_class, possible.breach_class) as breach_class,
        coalesce(shown.thing_kind, possible.thing_kind) as thing_kind,
        coalesce(shown.thing_name, possible.thing_name) as thing_name,
        coalesce(shown.sequence_name, possible.sequence_name) as sequence_name,
        coalesce(shown.beat_number, possible.beat_number) as beat_number,
        cast(coalesce(shown.newest_count, 0) as bigint) as newest_count,
        cast(coalesce(shown.past_count, 0) as bigint) as past_count,
        coalesce(shown.newest_session_count, 0) as newest_session_count,
        shown.session_id
    from possible
    full outer join shown
        on
            possible.breach_class = shown.breach_class
            and possible.thing_kind = shown.thing_kind
            and possible.thing_name = shown.thing_name
),

final as (
    select
        united.*,
        coalesce(chances.chance_kind, 'sessions') as chance_kind,
        cast(greatest(coalesce(chances.newest_chance_count, every.newest_chance_count), newest_count) as bigint)
            as newest_chance_count,
        cast(greatest(coalesce(chances.past_chance_count, every.past_chance_count), past_count) as bigint)
            as past_chance_count
    from united
    inner join chances as every on every.chance_kind = 'sessions'
    left join chances
        on
            united.breach_class <> 'storm'
            and chances.chance_kind = case united.thing_kind
                when 'beat' then 'flows' when 'sequence' then 'flows' when 'handler' then 'executions'
                when 'topic' then 'publications'
            end
            and chances.chance_key = case united.thing_kind when 'beat' then united.sequence_name else united.thing_name end
)

select * from final
