{# What each comparison of builds could have seen: how many units ran often enough, and how small a change would show. #}

with judged as (
    select * from {{ source('measured', 'changes') }}
    where comparison = 'builds'
),

final as (
    select
        good_build,
        bad_build,
        unit_kind,
        count(*) as tested_count,
        count(case when is_change then 1 end) as change_count,
        max(before_session_count) as before_session_count,
        max(after_session_count) as after_session_count,
        {{ percentile('smallest_visible_pct', 0.5) }} as smallest_visible_p50_pct,
        min(smallest_visible_pct) as smallest_visible_min_pct
    from judged
    group by good_build, bad_build, unit_kind
)

select * from final
