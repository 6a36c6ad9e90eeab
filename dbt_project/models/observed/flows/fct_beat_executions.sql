with beats as (
    select * from {{ pending('int_beats__aligned') }}
),

-- Time inside the beat only: a handler that ends after its beat did not hold it up.
handlers as (
    select
        session_id,
        flow_number,
        execution_number,
        count(*) as handler_count,
        bool_or(is_inferred) as has_inferred,
        round({{ sum_in_any_order("case when end_evidence = 'settled' then duration_ms end") }}, 3) as handler_duration_ms
    from {{ pending('int_handler_executions__ended') }} as handler
    where handler.handler_name is not null
    group by session_id, flow_number, execution_number
),

resolutions as (
    select
        session_id,
        {{ clock_resolution('stated_duration_ms') }} as duration_resolution_ms
    from beats
    group by session_id
),

final as (
    select
        beats.beat_execution_id,
        beats.flow_id,
        beats.session_id,
        regexp_extract(beats.log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1) as session_name,
        case
            when beats.declared_position is not null
                then {{ stable_id(['beats.sequence_key', 'beats.declared_position']) }}
        end as beat_id,
        {{ stable_id(['beats.sequence_key']) }} as sequence_id,
        beats.sequence_name,
        beats.movement_name,
        beats.beat_number,
        cast(beats.execution_number as bigint) as execution_number,
        beats.beat_title,
        beats.topic,
        beats.beat_status as status,
        beats.error_message,
        beats.started_at,
        beats.ended_at,
        beats.duration_ms,
        case
            when beats.duration_ms is null then null
            when beats.stated_duration_ms is not null then resolutions.duration_resolution_ms
            else cast(1 as double)
        end as duration_resolution_ms,
        coalesce(handlers.handler_count, 0) as handler_count,
        handlers.handler_duration_ms,
        -- A log that writes no calls does not say how much of the beat its handlers took.
        case
            when beats.duration_ms is not null and not coalesce(handlers.has_inferred, false)
                then round(greatest(beats.duration_ms - coalesce(handlers.handler_duration_ms, 0), 0), 3)
        end as overhead_ms,
        beats.log_file_path,
        beats.line_number
    from beats
    left join handlers
        on
            beats.session_id = handlers.session_id
            and beats.flow_number = handlers.flow_number
            and beats.execution_number = handlers.execution_number
    left join resolutions
        on beats.session_id = resolutions.session_id
)

select * from final
