with executions as (
    select * from {{ ref('fct_handler_executions') }}
),

handlers as (
    select * from {{ ref('dim_handlers') }}
),

measured as (
    select
        handler_id,
        count(*) as execution_count,
        count(duration_ms) as timed_count,
        count(distinct session_id) as session_count,
        count(distinct case when duration_ms is not null then session_id end) as timed_session_count,
        sum(duration_ms) as total_ms,
        avg(duration_ms) as mean_ms,
        min(duration_ms) as min_ms,
        {{ percentile('duration_ms', 0.5) }} as p50_ms,
        {{ percentile('duration_ms', 0.9) }} as p90_ms,
        {{ percentile('duration_ms', 0.95) }} as p95_ms,
        {{ percentile('duration_ms', 0.99) }} as p99_ms,
        max(duration_ms) as max_ms,
        count(case when status = 'error' then 1 end) as error_count,
        max(duration_resolution_ms) as duration_resolution_ms
    from executions
    group by handler_id
),

final as (
    select
        measured.handler_id,
        handlers.handler_name,
        handlers.plugin_name,
        measured.execution_count,
        measured.timed_count,
        measured.session_count,
        measured.total_ms,
        100.0 * measured.total_ms / nullif(sum(measured.total_ms) over (), 0) as share_pct,
        measured.mean_ms,
        measured.min_ms,
        measured.p50_ms,
        measured.p90_ms,
        measured.p95_ms,
        measured.p99_ms,
        measured.max_ms,
        measured.error_count,
        measured.duration_resolution_ms,
        -- What one session would gain if every execution ran like the median one: the excess over p50.
        greatest(measured.total_ms - measured.timed_count * measured.p50_ms, 0)
        / nullif(measured.timed_session_count, 0) as saving_per_session_ms,
        handlers.code_file_path,
        handlers.code_line_number
    from measured
    inner join handlers
        on measured.handler_id = handlers.handler_id
)

select * from final
