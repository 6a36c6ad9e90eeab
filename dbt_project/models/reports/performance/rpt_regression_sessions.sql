{# The sessions on both sides of each change: where its trend comes from. #}

with placed as (
    select * from {{ ref('int_changes__placed') }}
),

final as (
    select
        placed.regression_id,
        placed.session_id,
        sessions.session_name,
        sessions.build,
        sessions.started_at,
        sessions.load_factor,
        placed.side,
        count(*) as execution_count,
        median(placed.duration_ms) as p50_ms
    from placed
    inner join {{ ref('dim_sessions') }} as sessions on placed.session_id = sessions.session_id
    group by all
)

select * from final
