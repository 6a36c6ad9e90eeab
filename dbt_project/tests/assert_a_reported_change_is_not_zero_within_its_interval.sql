-- What is reported is sure at 99.5 %, so the 95 % interval lies on one side of zero; else the two are not of one method.
select
    regression_id,
    change_ms_low,
    change_ms_high
from {{ ref('fct_regressions') }}
where change_ms_low <= 0 and change_ms_high >= 0
