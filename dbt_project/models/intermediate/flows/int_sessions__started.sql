{# How long a session took to start, against the fast starts of its dialect. #}

-- A start ends with the first flow, or with the first thing a user did.
with start_ends as (
    select session_id, min(emitted_at) as first_flow_started_at
    from {{ ref('int_records__correlated') }}
    where signal in ('flow_started', 'user_acted') and emitted_at is not null
    group by session_id
),

starts as (
    select
        files.session_id,
        files.dialect_name,
        {{ milliseconds_between('files.first_emitted_at', 'start_ends.first_flow_started_at') }} as start_ms
    from {{ ref('stg_logs__log_files') }} as files
    inner join start_ends on files.session_id = start_ends.session_id
    where files.first_emitted_at is not null
),

-- A start is compared with the fast ones of its dialect: the fastest tenth of at least ten.
usual_starts as (
    select
        dialect_name,
        {{ percentile('start_ms', 0.1) }} as fast_start_ms,
        count(*) as session_count
    from starts
    where start_ms > 0
    group by dialect_name
    having count(*) >= 10
),

final as (
    select
        starts.session_id,
        starts.start_ms,
        starts.start_ms / usual_starts.fast_start_ms as start_factor
    from starts
    left join usual_starts on starts.dialect_name = usual_starts.dialect_name
)

select * from final
