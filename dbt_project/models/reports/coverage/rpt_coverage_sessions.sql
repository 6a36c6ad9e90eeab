{# How the picture of production filled: what each session ran, and what it ran that no session before had. #}

with sessions as (
    select
        *,
        row_number() over (order by started_at asc nulls first, session_name asc, session_id asc) as session_number
    from {{ ref('dim_sessions') }}
),

handlers_seen as (
    select sessions.session_number, executions.handler_id
    from {{ ref('fct_handler_executions') }} as executions
    inner join sessions on executions.session_id = sessions.session_id
    inner join {{ ref('dim_handlers') }} as handlers
        on executions.handler_id = handlers.handler_id and handlers.is_declared
    group by sessions.session_number, executions.handler_id
),

beats_seen as (
    select sessions.session_number, executions.beat_id
    from {{ ref('fct_beat_executions') }} as executions
    inner join sessions on executions.session_id = sessions.session_id
    where executions.beat_id is not null
    group by sessions.session_number, executions.beat_id
),

handlers_by_session as (
    select session_number, count(*) as handler_count, count(case when is_first then 1 end) as new_handler_count
    from (
        select session_number, session_number = min(session_number) over (partition by handler_id) as is_first
        from handlers_seen
    ) as marked
    group by session_number
),

beats_by_session as (
    select session_number, count(*) as beat_count, count(case when is_first then 1 end) as new_beat_count
    from (
        select session_number, session_number = min(session_number) over (partition by beat_id) as is_first
        from beats_seen
    ) as marked
    group by session_number
),

declared as (
    select
        (select count(*) from {{ ref('dim_handlers') }} where is_declared) as declared_handler_count,
        (select count(*) from {{ ref('dim_beats') }}) as declared_beat_count
),

final as (
    select
        sessions.session_id,
        sessions.session_name,
        sessions.session_number,
        declared.declared_handler_count,
        coalesce(handlers_by_session.handler_count, 0) as handler_count,
        coalesce(handlers_by_session.new_handler_count, 0) as new_handler_count,
        cast(sum(coalesce(handlers_by_session.new_handler_count, 0)) over so_far as bigint) as seen_handler_count,
        declared.declared_beat_count,
        coalesce(beats_by_session.beat_count, 0) as beat_count,
        coalesce(beats_by_session.new_beat_count, 0) as new_beat_count,
        cast(sum(coalesce(beats_by_session.new_beat_count, 0)) over so_far as bigint) as seen_beat_count,
        100.0 * coalesce(beats_by_session.beat_count, 0) / nullif(declared.declared_beat_count, 0) as beat_share_pct,
        sessions.started_at
    from sessions
    cross join declared
    left join handlers_by_session on sessions.session_number = handlers_by_session.session_number
    left join beats_by_session on sessions.session_number = beats_by_session.session_number
    window so_far as (order by sessions.session_number rows between unbounded preceding and current row)
)

select * from final
