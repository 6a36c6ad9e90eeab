{# The kinds of step that take no time when nothing is in their way: nine of ten within 5 ms, 99 of 100 within 100 ms.
   Their usual time is the mean of those nine of ten: what disturbs one step in ten or fewer does not enter it. #}

{% set fewest_steps = 100 %}

with durations as (
    select
        step_kind_id,
        duration_ms,
        sum(step_count) as step_count
    from {{ ref('int_steps__timed') }}
    group by step_kind_id, duration_ms
),

ranked as (
    select
        *,
        sum(step_count) over (partition by step_kind_id order by duration_ms) as steps_up_to_here,
        sum(step_count) over (partition by step_kind_id) as all_steps
    from durations
),

kinds as (
    select
        step_kind_id,
        max(all_steps) as step_count,
        min(case when steps_up_to_here >= 0.9 * all_steps then duration_ms end) as p90_ms,
        min(case when steps_up_to_here >= 0.99 * all_steps then duration_ms end) as p99_ms
    from ranked
    group by step_kind_id
),

final as (
    select
        kinds.step_kind_id,
        kinds.step_count,
        sum(ranked.duration_ms * ranked.step_count) / sum(ranked.step_count) as undisturbed_ms
    from kinds
    inner join ranked
        on kinds.step_kind_id = ranked.step_kind_id and ranked.duration_ms <= kinds.p90_ms
    where kinds.step_count >= {{ fewest_steps }} and kinds.p90_ms <= 5 and kinds.p99_ms <= 100
    group by kinds.step_kind_id, kinds.step_count
)

select * from final
