{# All time of all sessions with a clock, divided: nothing twice, nothing left out. The time in flows is divided by the
   self times of what ran in them; where flows ran side by side the time they share is divided in that proportion. #}

with stretches as (
    select * from {{ ref('int_session_moments__classified') }}
),

times as (
    select * from {{ ref('fct_execution_times') }}
),

outside as (
    select session_id, time_category, sum(ended_us - started_us) as share_us
    from stretches
    group by session_id, time_category
),

-- Only flows with a known end are in the time to be divided.
parts as (
    select
        times.session_id,
        {{ sum_in_any_order("case when times.execution_kind = 'handler' then times.inside_ms end") }}
        - {{ sum_in_any_order("case when times.execution_kind = 'beat' then times.parallel_ms else 0 end") }} as handler,
        {{ sum_in_any_order("case when times.execution_kind = 'beat' then times.self_ms end") }} as beat_overhead,
        -- What is declared to wait is no overhead: it is taken off the pauses, and off what lies before the first beat.
        {{ sum_in_any_order('times.declared_wait_ms') }} as declared_wait,
        {{ sum_in_any_order('greatest(times.between_beats_ms - coalesce(times.declared_wait_ms, 0), 0)') }} as between_beats,
        {{ sum_in_any_order("case when times.execution_kind = 'movement' then times.self_ms - greatest(coalesce(times.between_beats_ms, 0), coalesce(times.declared_wait_ms, 0)) end") }}
            as movement_overhead,
        {{ sum_in_any_order("case when times.execution_kind = 'sequence' then times.self_ms - coalesce(times.declared_wait_ms, 0) end") }}
            as sequence_overhead
    from times
    inner join {{ ref('fct_flows') }} as flows on times.flow_id = flows.flow_id
    where flows.ended_at is not null and flows.started_at is not null
    group by times.session_id
),

weights as (
    {% for part in ['handler', 'beat_overhead', 'declared_wait', 'between_beats', 'movement_overhead', 'sequence_overhead'] -%}
    select session_id, {{ loop.index }} as place, '{{ part }}' as time_category, coalesce({{ part }}, 0) as weight from parts
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

running as (
    select
        *,
        sum(weight) over (partition by session_id order by place rows between unbounded preceding and unbounded following) as whole,
        sum(weight) over (partition by session_id order by place rows unbounded preceding) as reached
    from weights
),

-- Whole microseconds that add up: each part is the difference of two rounded running sums.
inside as (
    select
        running.session_id,
        running.time_category,
        cast(round(outside.share_us * running.reached / running.whole) as bigint)
        - cast(round(outside.share_us * (running.reached - running.weight) / running.whole) as bigint) as share_us
    from running
    inner join outside
        on running.session_id = outside.session_id and outside.time_category = 'flow'
    where running.whole > 0
),

-- A flow that took no measurable time of its own leaves its stamps' difference undivided.
undivided as (
    select outside.session_id, 'sequence_overhead' as time_category, outside.share_us
    from outside
    left join inside on outside.session_id = inside.session_id
    where outside.time_category = 'flow' and inside.session_id is null
),

united as (
    select * from inside
    union all
    select * from undivided
    union all
    select session_id, time_category, share_us from outside where time_category <> 'flow'
),

final as (
    select
        session_id,
        time_category,
        cast(share_us as bigint) / 1000.0 as share_ms,
        100.0 * share_us / sum(share_us) over (partition by session_id) as share_of_session_pct
    from united
    where share_us > 0
)

select * from final
