{# Observed flows, and whether they follow their declaration: that depends on what people accept. #}

with deviations as (
    select
        flow_id,
        count(*) as deviation_count
    from {{ ref('fct_flow_deviations') }}
    where severity in ('warning', 'critical') and not is_accepted
    group by flow_id
),

final as (
    select
        flows.* exclude (is_declared),
        flows.is_declared and coalesce(deviations.deviation_count, 0) = 0 as is_conformant,
        coalesce(deviations.deviation_count, 0) as deviation_count
    from {{ ref('int_flows__identified') }} as flows
    left join deviations
        on flows.flow_id = deviations.flow_id
)

select * from final
