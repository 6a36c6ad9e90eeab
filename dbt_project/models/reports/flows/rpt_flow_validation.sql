{# Of all flows seen: how many were aligned with a declared sequence, and why the others were not. #}

with flows as (
    select
        case
            when flow.status = 'never_started' then 'never_started'
            when flow.sequence_id is null then 'not_declared'
            when variant.variant_id is null or variant.alignment_cost is null then 'no_beats_declared'
            else 'validated'
        end as validation_state,
        flow.is_conformant,
        flow.session_id
    from {{ ref('fct_flows') }} as flow
    left join {{ ref('fct_flow_variants') }} as variant
        on flow.variant_id = variant.variant_id
),

final as (
    select
        validation_state,
        count(*) as flow_count,
        count(case when is_conformant then 1 end) as conformant_flow_count,
        count(distinct session_id) as session_count,
        100.0 * count(*) / sum(count(*)) over () as flow_pct
    from flows
    group by validation_state
)

select * from final
