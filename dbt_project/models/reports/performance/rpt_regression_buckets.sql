{# How durations were spread on both sides of each change: eight buckets a decade on a log scale. #}

with placed as (
    select * from {{ ref('int_changes__placed') }}
),

final as (
    select
        regression_id,
        side,
        -- Below a hundredth of a millisecond no clock of a browser tells anything.
        cast(floor(8 * log10(greatest(duration_ms, 0.01))) as bigint) as bucket,
        count(*) as execution_count
    from placed
    group by all
)

select * from final
