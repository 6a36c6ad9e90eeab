{# How long a session took to start, against the fast starts of its dialect. #}

with starts as (
    select
        files.session_id,
        files.dialect_name,
        {{ milliseconds_between('files.first_emitted_at', 'first_uses.first_used_at') }} as start_ms
    from {{ ref('stg_logs__log_files') }} as files
    inner join {{ ref('fct_session_starts') }} as first_uses on files.session_id = first_uses.session_id
    where files.first_emitted_at is not null and first_uses.first_used_at is not null
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
