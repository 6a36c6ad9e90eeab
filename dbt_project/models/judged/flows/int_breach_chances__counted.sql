{# How often a thing had the chance to be in breach: flows of a sequence, executions of a handler, publications of a
   topic, sessions; in the newest sessions and in those before, without incidents. #}

with sessions as (
    select * from {{ ref('int_sessions__rostered') }}
    where is_newest or not is_incident
),

counted as (
    select
        session_id,
        'flows' as chance_kind,
        sequence_name as chance_key,
        count(*) as chance_count
    from {{ ref('fct_flows') }}
    where status <> 'never_started'
    group by session_id, sequence_name
    union all
    select session_id, 'executions', handler_name, count(*)
    from {{ ref('fct_handler_executions') }}
    group by session_id, handler_name
    union all
    select session_id, 'publications', topic, sum(published_count)
    from {{ ref('int_topics__counted') }}
    group by session_id, topic
    union all
    select session_id, 'sessions', '', 1
    from sessions
),

final as (
    select
        counted.chance_kind,
        counted.chance_key,
        sum(case when sessions.is_newest then counted.chance_count else 0 end) as newest_chance_count,
        sum(case when sessions.is_newest then 0 else counted.chance_count end) as past_chance_count
    from counted
    inner join sessions on counted.session_id = sessions.session_id
    where counted.chance_key is not null
    group by counted.chance_kind, counted.chance_key
)

select * from final
