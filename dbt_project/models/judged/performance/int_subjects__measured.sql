{# Sums, extremes, percentiles and trends of everything that has durations. Sums are made in whole microseconds, so that they
   are exact; percentiles with their intervals and trends are measured in Python. #}

with times as (
    select * from {{ ref('fct_execution_times') }}
),

sessions as (
    select * from {{ ref('dim_sessions') }}
),

flows as (
    select
        coalesce(sequence_id, {{ stable_id(['sequence_name']) }}) as subject_id,
        queue_wait_ms
    from {{ ref('fct_flows') }}
),

waits as (
    select
        subject_id,
        count(queue_wait_ms) as queued_count,
        sum(queue_wait_ms) as queue_wait_ms
    from flows
    group by subject_id
),

whole as (
    select sum({{ milliseconds_to_microseconds('duration_ms') }}) as clocked_us
    from sessions
    where has_clock
),

summed as (
    select
        times.execution_kind,
        times.subject_id,
        count(*) as timed_count,
        count(distinct times.session_id) as timed_session_count,
        sum({{ milliseconds_to_microseconds('times.duration_ms') }}) as total_us,
        sum({{ milliseconds_to_microseconds('times.self_ms') }}) as self_us,
        sum({{ milliseconds_to_microseconds('times.duration_ms - times.inside_ms') }}) as outside_us,
        sum({{ milliseconds_to_microseconds('times.between_beats_ms') }}) as between_us,
        sum(case when sessions.has_clock then {{ milliseconds_to_microseconds('times.duration_ms') }} end) as clocked_us,
        min(times.duration_ms) as min_ms,
        max(times.duration_ms) as max_ms,
        max(times.duration_resolution_ms) as duration_resolution_ms
    from times
    inner join sessions on times.session_id = sessions.session_id
    group by times.execution_kind, times.subject_id
),

final as (
    select
        summed.execution_kind,
        summed.subject_id,
        summed.timed_count,
        summed.timed_session_count,
        summed.total_us / 1000.0 as total_ms,
        summed.total_us / 1000.0 / summed.timed_count as mean_ms,
        summed.self_us / 1000.0 as self_ms,
        summed.outside_us / 1000.0 as outside_ms,
        summed.between_us / 1000.0 as between_beats_ms,
        100.0 * summed.total_us / nullif(sum(summed.total_us) over (partition by summed.execution_kind), 0) as share_pct,
        100.0 * summed.clocked_us / nullif(whole.clocked_us, 0) as session_share_pct,
        summed.min_ms,
        summed.max_ms,
        summed.duration_resolution_ms,
        waits.queued_count,
        waits.queue_wait_ms,
        statistics.* exclude (execution_kind, subject_id)
    from summed
    cross join whole
    left join {{ source('measured', 'duration_statistics') }} as statistics
        on summed.execution_kind = statistics.execution_kind and summed.subject_id = statistics.subject_id
    left join waits
        on summed.execution_kind = 'sequence' and summed.subject_id = waits.subject_id
)

select * from final
