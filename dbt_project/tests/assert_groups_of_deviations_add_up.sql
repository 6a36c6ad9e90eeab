-- Every deviation is in one group of rpt_deviations, and every accepted one is counted for its exception.
with counted as (
    select
        (select count(*) from {{ ref('fct_flow_deviations') }}) as deviation_count,
        (select coalesce(sum(deviation_count), 0) from {{ ref('rpt_deviations') }}) as grouped_count,
        (select count(*) from {{ ref('fct_flow_deviations') }} where is_accepted) as accepted_count,
        (select coalesce(sum(accepted_deviation_count), 0) from {{ ref('rpt_accepted_deviations') }}) as excepted_count
)

select * from counted
where deviation_count <> grouped_count or accepted_count <> excepted_count
