{# Flows that did not complete, and of those without an end whether they hung or the session ended while they ran. #}

with flows as (
    select * from {{ pending('int_flows__rebuilt') }}
),

records as (
    select
        *,
        -- What only a running flow writes; requests, publications and the queue go on without it.
        signal in (
            'flow_started', 'flow_identified', 'movement_started', 'movement_completed', 'beat_started',
            'beat_described', 'beat_timed', 'beat_completed', 'beat_failed', 'beat_retried', 'subscribers_found',
            'subscribers_absent', 'handler_started', 'handler_returned', 'handler_settled', 'state_changed',
            'state_unchanged'
        ) as is_progress
    from {{ pending('int_records__correlated') }} as record
),

unended as (
    select
        flows.session_id,
        flows.flow_id,
        max(records.line_number) as progress_line_number,
        max(records.emitted_at) as progressed_at
    from flows
    inner join records
        on flows.session_id = records.session_id and flows.flow_number = records.flow_number and records.is_progress
    where flows.flow_status = 'incomplete'
    group by flows.session_id, flows.flow_id
),

sessions as (
    select session_id, max(emitted_at) as ended_at
    from records
    group by session_id
),

queued as (
    select
        session_id,
        line_number,
        row_number() over (partition by session_id order by line_number) as number_so_far,
        count(*) over (partition by session_id) as queued_count
    from records
    where signal = 'flow_queued'
),

totals as (
    select session_id, max(queued_count) as queued_count from queued
    group by session_id
),

-- What was queued in the session, less what was queued up to the last line of the flow.
queues as (
    select unended.flow_id, totals.queued_count - coalesce(queued.number_so_far, 0) as waiting_count
    from unended
    {{ latest_before('unended', 'queued', ['session_id'], at='progress_line_number', kind='left') }}
    inner join totals on unended.session_id = totals.session_id
),

longest as (
    select session_id, max(duration_ms) as longest_ms
    from flows
    where flow_status in ('completed', 'failed', 'cancelled')
    group by session_id
),

blockers as (
    select session_id, {{ value_at_last('sequence_name', 'line_number') }} as blocking_sequence_name
    from flows
    where flow_status = 'incomplete'
    group by session_id
),

-- Hung: the session went on without it for longer than any of its flows took from start to end. Without a clock, or
-- without an ended flow to compare with, flows that queue up behind it are the evidence.
final as (
    select
        flows.*,
        blockers.blocking_sequence_name,
        {{ milliseconds_between('unended.progressed_at', 'sessions.ended_at') }} as quiet_ms,
        coalesce(queues.waiting_count, 0) as waiting_count,
        flows.flow_status = 'incomplete' and coalesce(
            {{ milliseconds_between('unended.progressed_at', 'sessions.ended_at') }} > longest.longest_ms,
            coalesce(queues.waiting_count, 0) > 0
        ) as is_hung
    from flows
    left join unended on flows.flow_id = unended.flow_id
    left join queues on flows.flow_id = queues.flow_id
    left join sessions on flows.session_id = sessions.session_id
    left join longest on flows.session_id = longest.session_id
    left join blockers on flows.session_id = blockers.session_id
    where flows.flow_status <> 'completed'
)

select * from final
