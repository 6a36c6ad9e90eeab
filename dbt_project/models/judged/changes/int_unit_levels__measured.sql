{# How long a handler, beat or sequence took in each session: the median of its durations, on the log scale. One step of
   the clock is added, so that a duration of 0 ms has a logarithm. #}

with executions as (
    select
        *,
        coalesce(max(duration_resolution_ms) over (partition by unit_kind, unit_id), 1) as clock_ms
    from {{ ref('int_units__timed') }}
),

final as (
    select
        executions.unit_kind,
        executions.unit_id,
        executions.session_id,
        sessions.build,
        sessions.started_at as session_started_at,
        sessions.log_file_path,
        sessions.load_factor,
        max(executions.clock_ms) as clock_ms,
        count(*) as execution_count,
        round({{ percentile('ln(executions.duration_ms + executions.clock_ms)', 0.5) }}, 9) as log_level
    from executions
    inner join {{ ref('dim_sessions') }} as sessions
        on executions.session_id = sessions.session_id
    group by all
)

select * from final
