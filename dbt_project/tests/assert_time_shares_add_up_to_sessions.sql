{# All time of a session with a clock is in one category, to the microsecond. #}

with shares as (
    select session_id, sum({{ milliseconds_to_microseconds('share_ms') }}) as divided_us
    from {{ ref('rpt_time_shares') }}
    group by session_id
)

select
    sessions.session_id,
    {{ microseconds_of('sessions.ended_at') }} - {{ microseconds_of('sessions.started_at') }} as session_us,
    shares.divided_us
from {{ ref('dim_sessions') }} as sessions
left join shares on sessions.session_id = shares.session_id
where
    sessions.has_clock
    and {{ microseconds_of('sessions.ended_at') }} - {{ microseconds_of('sessions.started_at') }} <> coalesce(shares.divided_us, 0)
