-- Each feature of a group's units, counted among those that failed and those that passed.
with units as (
    select * from {{ ref('int_error_units__built') }}
),

totals as (
    select
        error_group_id,
        min(unit_kind) as unit_kind,
        count(case when is_failing then 1 end) as failing_count,
        count(case when not is_failing then 1 end) as passing_count
    from units
    group by error_group_id
),

final as (
    select
        features.error_group_id,
        totals.unit_kind,
        features.feature_kind,
        features.feature_value,
        totals.failing_count,
        totals.passing_count,
        count(distinct case when units.is_failing then features.unit_id end) as failing_with_count,
        count(distinct case when not units.is_failing then features.unit_id end) as passing_with_count,
        count(distinct case when units.is_failing then units.session_id end) as session_count
    from {{ ref('int_error_features__collected') }} as features
    inner join units
        on features.error_group_id = units.error_group_id and features.unit_id = units.unit_id
    inner join totals on features.error_group_id = totals.error_group_id
    where totals.passing_count > 0
    group by
        features.error_group_id, totals.unit_kind, features.feature_kind, features.feature_value, totals.failing_count,
        totals.passing_count
)

select * from final
