with counted as (
    select
        (select count(*) from {{ ref('fct_flows') }}) as flow_count,
        (select coalesce(sum(flow_count), 0) from {{ ref('rpt_flow_validation') }}) as judged_count
)

select * from counted
where flow_count <> judged_count
