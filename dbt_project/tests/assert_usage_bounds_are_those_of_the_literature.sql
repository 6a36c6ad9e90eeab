{# Wilson (1927) and the rule of three against values computed independently in Python. #}

with cases as (
    select * from (values (0, 60, 4.8703, 0.0), (1, 60, 8.8551, 0.2948), (30, 60, 62.2650, 37.7350), (60, 60, 100.0, 93.9828))
        as known(used, sessions, upper_pct, lower_pct)
)

select *
from cases
where
    abs({{ usage_upper_bound_pct('used', 'sessions') }} - upper_pct) > 0.001
    or abs({{ usage_lower_bound_pct('used', 'sessions') }} - lower_pct) > 0.001
