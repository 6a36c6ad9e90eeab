{# How often each connection was seen per build, per day, and in the earlier and the later half of the sessions. #}

with sessions as (
    select
        session_id,
        build,
        cast(started_at as date) as started_on,
        ntile(2) over (order by started_at asc nulls first, session_name asc) as half_number
    from {{ ref('dim_sessions') }}
),

named as (
    select session_id, 'build' as window_kind, build as window_name, min(started_on) over (partition by build) as first_on
    from sessions
    where build is not null
    union all
    select session_id, 'day', cast(started_on as varchar), started_on
    from sessions
    where started_on is not null
    union all
    select
        session_id,
        'half',
        case when half_number = 1 then 'earlier half of the sessions' else 'later half of the sessions' end,
        cast(null as date)
    from sessions
),

windows as (
    select
        *,
        dense_rank() over (partition by window_kind order by first_on nulls first, window_name) as window_number,
        count(session_id) over (partition by window_kind, window_name) as window_session_count
    from named
),

final as (
    select
        {{ stable_id(['pairs.edge_kind', 'pairs.from_handler_id', 'pairs.to_handler_id']) }} as handler_edge_id,
        windows.window_kind,
        windows.window_name,
        windows.window_number,
        windows.window_session_count,
        count(*) as occurrence_count,
        count(distinct pairs.session_id) as session_count
    from {{ ref('int_handler_pairs__observed') }} as pairs
    inner join windows on pairs.session_id = windows.session_id
    group by all
)

select * from final
