{# Flows that waited in the queue during the whole of a gap. #}

with gaps as (
    select * from {{ pending('int_gaps__placed') }}
),

flows as (
    select
        session_id,
        sequence_name,
        queued_line_number,
        case when flow_status = 'never_started' then {{ no_last_line() }} else line_number end as start_line_number
    from {{ pending('int_flows__rebuilt') }} as flow
    where flow.queued_line_number is not null
),

changes as (
    select session_id, queued_line_number as line_number, 1 as change from flows
    union all
    select session_id, start_line_number, -1 from flows
),

lengths as (
    select
        session_id,
        line_number,
        sum(change) over (partition by session_id order by line_number rows unbounded preceding) as queued_flow_count
    from changes
),

-- After each start: of the flows that start later, the one that was queued first.
turns as (
    select
        session_id,
        start_line_number as line_number,
        min(queued_line_number) over later as queued_line_number,
        {{ value_at_first('sequence_name', 'queued_line_number') }} over later as queued_sequence_name
    from flows
    window later as (
        partition by session_id order by start_line_number rows between 1 following and unbounded following
    )
    union all
    select session_id, 0, min(queued_line_number), {{ value_at_first('sequence_name', 'queued_line_number') }}
    from flows
    group by session_id
),

final as (
    select
        gaps.gap_id,
        gaps.session_id,
        cast(lengths.queued_flow_count as bigint) as queued_flow_count,
        turns.queued_line_number,
        turns.queued_sequence_name
    from gaps
    {{ latest_before('gaps', 'lengths', ['session_id']) }}
    {{ latest_before('gaps', 'turns', ['session_id']) }}
    where lengths.queued_flow_count > 0
)

select * from final
