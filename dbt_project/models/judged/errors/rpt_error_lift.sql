with final as (
    select
        tested.error_group_id,
        tested.unit_kind,
        tested.feature_kind,
        coalesce(other.title, tested.feature_value) as feature_value,
        tested.failing_count,
        tested.failing_with_count,
        tested.passing_count,
        tested.passing_with_count,
        tested.session_count,
        tested.odds_ratio,
        tested.p_value,
        tested.q_value
    from {{ source('measured', 'error_features') }} as tested
    left join {{ ref('int_error_groups__titled') }} as other
        on tested.feature_kind = 'error in the session' and tested.feature_value = other.error_group_id
)

select * from final
