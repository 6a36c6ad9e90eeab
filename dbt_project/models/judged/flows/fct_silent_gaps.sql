{# What each silence was: from what was open when it began, from what came after it, and from how soon the next record
   follows elsewhere. #}

with gaps as (
    select * from {{ ref('int_gaps__evidenced') }}
),

-- A record is due when it nearly always follows within a quarter of the shortest gap.
step_kinds as (
    select
        step_kind_id,
        sum(step_count) as step_count,
        sum(case when duration_ms <= 250 then step_count else 0 end) as prompt_count
    from {{ ref('int_steps__timed') }}
    group by step_kind_id
),

loads as (
    select * from {{ ref('int_sessions__loaded') }}
),

classified as (
    select
        gaps.*,
        step_kinds.step_count,
        step_kinds.prompt_count,
        explained.mount_evidence,
        coalesce(explained.is_mounting, false) as is_mounting,
        explained.wait_evidence,
        loads.load_factor,
        coalesce(loads.is_loaded_machine, false) as is_loaded_machine,
        case
            when gaps.openness = 1 then 'synchronous_handler'
            when gaps.gap_place = 'starting' then 'starting'
            when gaps.openness = 2 then 'pending_handler'
            when explained.is_waiting then 'declared'
            when gaps.queued_flow_count > 0 then 'queue'
            when gaps.openness = 3 then 'unsettled_handler'
            when step_kinds.step_count >= 20 and step_kinds.prompt_count >= 0.9 * step_kinds.step_count then 'due'
            -- A browser hands over one pointer event per frame of 16 ms: five of a kind in 50 ms had been waiting.
            -- A user does at most ten things a second: more than that had not been waiting, but came at once.
            when gaps.burst_count between 5 and gaps.duration_ms / 100 then 'burst'
            when gaps.flow_id is null then 'idle'
            else 'nothing'
        end as reason
    from gaps
    left join step_kinds on gaps.step_kind_id = step_kinds.step_kind_id
    left join {{ ref('int_gaps__explained') }} as explained on gaps.gap_id = explained.gap_id
    left join loads on gaps.session_id = loads.session_id
),

final as (
    select
        gap_id,
        session_id,
        flow_id,
        beat_execution_id,
        handler_execution_id,
        case
            when reason in ('synchronous_handler', 'due', 'burst') then 'main_thread_blocked'
            when reason = 'starting' then 'starting'
            when reason in ('pending_handler', 'unsettled_handler') then 'handler_waiting'
            when reason = 'declared' then 'declared_wait'
            when reason = 'queue' then 'waiting_in_queue'
            when reason = 'idle' then 'user_idle'
            else 'unknown'
        end as gap_class,
        gap_place,
        case reason
            when 'synchronous_handler'
                then handler_name || ' was called in line ' || handler_line_number || ' and returned after the gap'
            when 'starting'
                then coalesce(mount_evidence, 'before the first flow of the session') || case
                    when next_line_number > line_number + 1
                        then '; ' || {{ counted('(next_line_number - line_number - 1)', 'line') }}
                            || ' without a stamp in between'
                    else ''
                end
            when 'pending_handler'
                then handler_name || ' was called in line ' || handler_line_number || ' and was over only after the gap'
            when 'declared' then wait_evidence
            when 'queue'
                then {{ counted('queued_flow_count', 'flow') }} || ' waited in the queue, the first of '
                    || coalesce(queued_sequence_name, 'an unnamed sequence') || ' since line ' || queued_line_number
            when 'unsettled_handler'
                then handler_name || ' was called in line ' || handler_line_number || ' and never settled'
            when 'due'
                then 'the next record was due: elsewhere it follows within 250 ms in ' || prompt_count || ' of '
                    || step_count || ' cases'
            when 'burst' then burst_count || ' of a kind came within 50 ms after the gap: they had been waiting'
            when 'idle'
                then 'nothing was under way' || coalesce(', and the gap ended with ' || next_cause, '')
            else 'nothing in the log tells'
        end
        || case
            when is_loaded_machine then '; the machine was loaded (factor ' || round(load_factor, 1) || ')' else ''
        end as evidence,
        is_mounting,
        is_loaded_machine,
        started_at,
        ended_at,
        duration_ms,
        log_file_path,
        line_number,
        next_line_number
    from classified
)

select * from final
