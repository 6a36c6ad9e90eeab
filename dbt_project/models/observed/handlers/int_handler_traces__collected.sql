with calls as (
    select * from {{ pending('int_handler_calls__paired') }}
),

-- Older logs write no call; the state row a handler leaves behind is the only trace that it ran.
inferred as (
    select record.*
    from {{ pending('int_records__correlated') }} as record
    where
        record.handler_name is not null
        and record.signal in ('state_changed', 'state_unchanged')
        and record.session_id not in (select call.session_id from calls as call)
),

beat as (
    select session_id, topic, line_number, flow_number, execution_number from {{ pending('int_beats__rebuilt') }} as beat
),

-- It may be written after its beat, even in the next flow: its beat is the latest one with its topic.
inferred_in_beats as (
    select
        inferred.* exclude (flow_number, execution_number),
        coalesce(beat.flow_number, inferred.flow_number) as flow_number,
        coalesce(beat.execution_number, inferred.execution_number) as execution_number
    from inferred
    {{ latest_before('inferred', 'beat', ['session_id', 'topic'], kind='left') }}
),

final as (
    select
        session_id,
        flow_number,
        execution_number,
        topic,
        subscriber_index,
        logged_handler_name,
        logged_plugin_name,
        cast(null as varchar) as logged_sequence_name,
        false as is_inferred,
        called_at,
        coalesce(own_started_at, called_at) as started_at,
        coalesce(
            stated_duration_ms,
            -- A difference of two clock readings has no more decimals than they have: cut what floats add.
            round(greatest(settled_clock_ms - own_start_clock_ms, 0), 3),
            {{ milliseconds_between('coalesce(own_started_at, called_at)', 'settled_at') }}
        ) as settled_duration_ms,
        stated_duration_ms is not null as is_duration_stated,
        case when stated_duration_ms is null then round(returned_clock_ms - called_clock_ms, 3) end as dispatch_duration_ms,
        settled_line_number is not null as is_settled,
        log_file_path,
        line_number
    from calls
    union all
    select
        session_id, flow_number, execution_number, topic, null, handler_name, plugin_name, sequence_name,
        true, null, emitted_at, null, false, null, true, log_file_path, line_number
    from inferred_in_beats
)

select * from final
