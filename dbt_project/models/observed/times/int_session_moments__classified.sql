{# Each stretch of a session with a clock, by what went on in it. Where several things go on at once, the one named first
   here has it: a flow, a handler after its flow, a flow whose end is unknown, a flow in the queue, the mount of a plugin
   during the start, the time between two mounts, the rest of the start. So nothing is counted twice or left out. #}
{% set categories = ['flow', 'late_handler', 'unfinished_flow', 'queue_wait', 'mounting', 'between_mounts', 'starting'] %}

with sessions as (
    select
        session_id,
        {{ microseconds_of('first_emitted_at') }} as begin_us,
        {{ microseconds_of('last_emitted_at') }} as end_us
    from {{ pending('stg_logs__log_files') }} as file
    where file.first_emitted_at is not null and file.record_count > 0
),

flows as (
    select
        session_id,
        {{ microseconds_of('queued_at') }} as queued_us,
        {{ microseconds_of('started_at') }} as started_us,
        {{ microseconds_of('ended_at') }} as ended_us,
        {{ microseconds_of('lead(started_at) over (partition by session_id order by started_at, line_number)') }} as next_us
    from {{ pending('int_flows__identified') }} as flow
),

-- Handlers that went on after what called them; all others lie in their flows.
handlers as (
    select session_id, started_us, started_us + duration_us as ended_us
    from {{ pending('int_executions__placed') }} as execution
    where
        execution_kind = 'handler' and started_us is not null and inside_us < duration_us
),

-- Mounts of the start, and the whole from the first to the last of them.
mounts as (
    select
        session_id,
        {{ microseconds_of('attempted_at') }} as begin_us,
        {{ microseconds_of('case when attempted_at is not null then coalesce(ended_at, attempted_at) end') }} as end_us
    from {{ pending('fct_plugin_mounts') }} as mount
    where mount.is_starting
),

spans as (
    select session_id, 1 as rank_number, started_us as begin_us, ended_us as end_us
    from flows
    where started_us is not null and ended_us is not null
    union all
    select session_id, 2, started_us, ended_us from handlers
    union all
    select session_id, 3, started_us, next_us from flows
    where started_us is not null and ended_us is null
    union all
    select session_id, 4, queued_us, started_us from flows where queued_us is not null
    union all
    select session_id, 5, begin_us, end_us from mounts
    union all
    select session_id, 6, min(begin_us), max(end_us) from mounts group by session_id
    union all
    select sessions.session_id, 7, sessions.begin_us, min(flows.started_us)
    from sessions
    left join flows on sessions.session_id = flows.session_id
    group by sessions.session_id, sessions.begin_us
    union all
    select session_id, 8, begin_us, end_us from sessions
),

-- What has no known end goes on to the end of the session.
bounded as (
    select
        spans.session_id,
        spans.rank_number,
        greatest(spans.begin_us, sessions.begin_us) as begin_us,
        case when spans.end_us < sessions.end_us then spans.end_us else sessions.end_us end as end_us
    from spans
    inner join sessions on spans.session_id = sessions.session_id
    where spans.begin_us is not null
),

turns as (
    select session_id, rank_number, begin_us as at_us, 1 as step from bounded where end_us > begin_us
    union all
    select session_id, rank_number, end_us, -1 from bounded where end_us > begin_us
),

counted as (
    select
        session_id,
        at_us,
        lead(at_us) over in_order as next_us,
        {% for category in categories %}
            sum(case when rank_number = {{ loop.index }} then step else 0 end) over in_order as {{ category }}_count
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from turns
    window in_order as (partition by session_id order by at_us, rank_number, step rows unbounded preceding)
),

final as (
    select
        session_id,
        case
            {% for category in categories %}
            when {{ category }}_count > 0 then '{{ category }}'
            {% endfor %}
            else 'idle'
        end as time_category,
        at_us as started_us,
        next_us as ended_us
    from counted
    where next_us > at_us
)

select * from final
