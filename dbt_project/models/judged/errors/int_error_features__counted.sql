{# What the units of a group have, counted among those that failed and those that passed. Units are counted once per
   scope, however many groups fail in it: what passed is what is in the group's scopes and did not fail. #}

with units as (
    select * from {{ ref('int_error_units__built') }}
),

features as (
    select * from {{ ref('int_error_features__collected') }}
),

scopes as (
    select unit_kind, scope_id, count(distinct unit_id) as unit_count
    from units
    group by unit_kind, scope_id
),

groups_in_scopes as (
    select error_group_id, unit_kind, scope_id, count(unit_id) as failing_count
    from units
    where error_group_id is not null
    group by error_group_id, unit_kind, scope_id
),

groups as (
    select
        failing.error_group_id,
        failing.unit_kind,
        cast(sum(failing.failing_count) as bigint) as failing_count,
        cast(sum(scopes.unit_count - failing.failing_count) as bigint) as passing_count
    from groups_in_scopes as failing
    inner join scopes on failing.unit_kind = scopes.unit_kind and failing.scope_id = scopes.scope_id
    group by failing.error_group_id, failing.unit_kind
    having sum(scopes.unit_count - failing.failing_count) > 0
),

features_of_scopes as (
    select unit_kind, scope_id, feature_kind, feature_value, count(distinct unit_id) as unit_count
    from features
    group by unit_kind, scope_id, feature_kind, feature_value
),

features_of_groups as (
    select
        groups.error_group_id,
        features.feature_kind,
        features.feature_value,
        cast(sum(features.unit_count) as bigint) as unit_count
    from groups
    inner join groups_in_scopes as failing on groups.error_group_id = failing.error_group_id
    inner join features_of_scopes as features
        on failing.unit_kind = features.unit_kind and failing.scope_id = features.scope_id
    -- That a group is in the session is what failed, and no feature of it.
    where features.feature_kind <> 'error in the session' or features.feature_value <> groups.error_group_id
    group by groups.error_group_id, features.feature_kind, features.feature_value
),

failing_features as (
    select
        units.error_group_id,
        features.feature_kind,
        features.feature_value,
        count(distinct units.unit_id) as unit_count,
        count(distinct units.session_id) as session_count
    from groups
    inner join units on groups.error_group_id = units.error_group_id
    inner join features on units.unit_kind = features.unit_kind and units.unit_id = features.unit_id
    group by units.error_group_id, features.feature_kind, features.feature_value
),

final as (
    select
        features.error_group_id,
        groups.unit_kind,
        features.feature_kind,
        features.feature_value,
        groups.failing_count,
        groups.passing_count,
        coalesce(failing.unit_count, 0) as failing_with_count,
        features.unit_count - coalesce(failing.unit_count, 0) as passing_with_count,
        coalesce(failing.session_count, 0) as session_count
    from features_of_groups as features
    inner join groups on features.error_group_id = groups.error_group_id
    left join failing_features as failing
        on
            features.error_group_id = failing.error_group_id
            and features.feature_kind = failing.feature_kind
            and features.feature_value = failing.feature_value
)

select * from final
