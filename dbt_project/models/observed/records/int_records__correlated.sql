-- Only what places a record goes through the windows, which hold a whole session in memory: with all columns that was
-- 2.5 GB for a log of 418 MB. The other columns are read when each record is placed.
with keys as (
    select
        record.session_id,
        record.line_number,
        record.request_id,
        record.signal,
        case when record.signal = 'movement_started' then record.movement_name end as movement_name,
        file.correlation
    from {{ pending('stg_logs__log_records') }} as record
    inner join {{ pending('stg_logs__log_files') }} as file
        on record.session_id = file.session_id
    where
        record.signal is not null
),

-- A log that names the flow on every record tells flows apart by that name; in all others one flow is active at a
-- time, so a record belongs to the flow that started last.
-- Such a name may come again, as a counter does after a restart: each start begins a flow, and what was queued
-- belongs to the start that follows, if one does.
runs as (
    select
        *,
        greatest(1, least(
            sum(case when signal = 'flow_started' then 1 else 0 end) over (
                partition by session_id, request_id order by line_number rows unbounded preceding
            ) + case when signal = 'flow_queued' then 1 else 0 end,
            sum(case when signal = 'flow_started' then 1 else 0 end) over (partition by session_id, request_id)
        )) as run_number
    from keys
),

first_lines as (
    select
        *,
        min(case when signal = 'flow_started' then line_number end)
            over (partition by session_id, request_id, run_number) as request_started_line
    from runs
),

numbered as (
    select
        *,
        case
            when correlation = 'request_id' and (request_id is null or request_started_line is null) then 0
            when correlation = 'request_id'
                then dense_rank() over (
                    partition by session_id, correlation order by request_started_line nulls last
                )
            else sum(case when signal = 'flow_started' then 1 else 0 end) over (
                partition by session_id order by line_number rows unbounded preceding
            )
        end as flow_number
    from first_lines
),

placed as (
    select
        session_id,
        line_number,
        flow_number,
        case
            when flow_number = 0 then 0
            else sum(case when signal = 'beat_started' then 1 else 0 end) over flow_so_far
        end as execution_number,
        last_value(movement_name ignore nulls) over flow_so_far as current_movement_name
    from numbered
    window flow_so_far as (
        partition by session_id, flow_number order by line_number rows unbounded preceding
    )
),

final as (
    select
        record.* exclude (detail, source_file_name, source_line_number),
        file.correlation,
        placed.flow_number,
        placed.execution_number,
        placed.current_movement_name
    from {{ pending('stg_logs__log_records') }} as record
    inner join {{ pending('stg_logs__log_files') }} as file
        on record.session_id = file.session_id
    inner join placed
        on
            record.session_id = placed.session_id
            and record.line_number = placed.line_number
)

select * from final
