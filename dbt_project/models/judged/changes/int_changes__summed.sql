{# What a change consists of, and one example of each side: the execution nearest to the median. #}

with executions as (
    select
        *,
        median(duration_ms) over (partition by regression_id, side) as side_median_ms
    from {{ ref('int_changes__placed') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by regression_id, side
            order by abs(duration_ms - side_median_ms) asc, session_id asc, line_number asc
        ) as nearness
    from executions
),

final as (
    select
        regression_id,
        median(case when side = 'before' then duration_ms end) as before_p50_ms,
        median(case when side = 'after' then duration_ms end) as after_p50_ms,
        median(case when side = 'after' then handlers_ms end)
        - median(case when side = 'before' then handlers_ms end) as handlers_change_ms,
        median(case when side = 'after' then duration_ms - handlers_ms end)
        - median(case when side = 'before' then duration_ms - handlers_ms end) as overhead_change_ms,
        max(case when side = 'before' and nearness = 1 then session_id end) as before_example_session_id,
        max(case when side = 'before' and nearness = 1 then line_number end) as before_example_line_number,
        max(case when side = 'after' and nearness = 1 then session_id end) as after_example_session_id,
        max(case when side = 'after' and nearness = 1 then line_number end) as after_example_line_number
    from ranked
    group by regression_id
)

select * from final
