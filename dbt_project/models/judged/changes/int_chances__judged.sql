{# What chance would give: asked of anomalies and regressions one by one, and of groups of errors by their features. #}

with chances as (
    select {{ stable_id(['fix_class', 'fix_place']) }} as recommendation_id, q_value, cast(null as double) as odds_ratio
    from {{ ref('int_symptoms__collected') }}
    where q_value is not null
    union all
    select {{ stable_id(["'regression'", "'regression'", 'regression_id']) }}, false_discovery_rate, null
    from {{ ref('fct_regressions') }}
    union all
    select cause.recommendation_id, lift.q_value, lift.odds_ratio
    from {{ ref('int_recommendations__of_causes') }} as cause
    inner join {{ ref('rpt_error_lift') }} as lift on cause.error_group_id = lift.error_group_id
    -- That it fails in one session only is no reason why.
    where lift.feature_kind <> 'session'
)

select * from chances
qualify row_number() over (partition by recommendation_id order by q_value asc, odds_ratio desc nulls last) = 1
