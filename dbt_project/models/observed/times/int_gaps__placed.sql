{# A silent gap: one second or more between two stamped records that follow each other in the log. #}

with stamped as (
    select
        record.session_id,
        record.log_file_path,
        record.line_number,
        record.emitted_at,
        record.message_type,
        file.dialect_name,
        lead(record.emitted_at) over session_so_far as next_emitted_at,
        lead(record.line_number) over session_so_far as next_line_number,
        lead(record.message_type) over session_so_far as next_message_type
    from {{ pending('stg_logs__log_records') }} as record
    inner join {{ pending('stg_logs__log_files') }} as file
        on record.session_id = file.session_id
    where record.emitted_at is not null
    window session_so_far as (partition by record.session_id order by record.line_number)
),

gaps as (
    select
        *,
        row_number() over (partition by session_id order by line_number) as place,
        {{ stable_id(['dialect_name', 'message_type', 'next_message_type']) }} as step_kind_id
    from stamped
    where next_emitted_at >= emitted_at + interval 1 second
),

-- Where in its flow a gap falls: the latest flow and beat that started before it and had not ended. Lines decide, as
-- stamps jump back where an application started anew. What never ends gives way to the next one that never ends.
flows as (
    select
        session_id, flow_id, sequence_name,
        line_number as first_line_number,
        {{ last_line_of('session_id') }} as last_line_number
    from {{ pending('int_flows__rebuilt') }} as flow
    where flow.started_at is not null
),

beats as (
    select
        flow_id, beat_execution_id, topic,
        line_number as first_line_number,
        {{ last_line_of('flow_id') }} as last_line_number
    from {{ pending('int_beats__aligned') }} as beat
    where beat.started_at is not null
),

first_flows as (
    select session_id, min(first_line_number) as first_flow_line_number from flows
    group by session_id
),

in_flows as (
    select gaps.session_id, gaps.line_number, span.flow_id, span.sequence_name
    from {{ spans_by_place('flows', 'gaps', ['session_id']) }} as span
    inner join gaps on span.session_id = gaps.session_id and span.place = gaps.place
    qualify row_number() over (
        partition by gaps.session_id, gaps.line_number order by span.first_line_number desc
    ) = 1
),

flow_gaps as (
    select *, row_number() over (partition by flow_id order by line_number) as place from in_flows
),

in_beats as (
    select flow_gaps.session_id, flow_gaps.line_number, span.beat_execution_id, span.topic
    from {{ spans_by_place('beats', 'flow_gaps', ['flow_id']) }} as span
    inner join flow_gaps on span.flow_id = flow_gaps.flow_id and span.place = flow_gaps.place
    qualify row_number() over (
        partition by flow_gaps.session_id, flow_gaps.line_number order by span.first_line_number desc
    ) = 1
),

final as (
    select
        {{ stable_id(['gaps.session_id', 'gaps.line_number', "'gap'"]) }} as gap_id,
        gaps.session_id,
        in_flows.flow_id,
        in_flows.sequence_name,
        in_beats.beat_execution_id,
        in_beats.topic,
        gaps.step_kind_id,
        case
            when first_flows.first_flow_line_number is null or gaps.line_number < first_flows.first_flow_line_number
                then 'starting'
            when in_beats.beat_execution_id is not null then 'inside_beat'
            when in_flows.flow_id is not null then 'inside_flow'
            else 'between_flows'
        end as gap_place,
        gaps.emitted_at as started_at,
        gaps.next_emitted_at as ended_at,
        {{ milliseconds_between('gaps.emitted_at', 'gaps.next_emitted_at') }} as duration_ms,
        gaps.log_file_path,
        gaps.line_number,
        gaps.next_line_number
    from gaps
    left join first_flows on gaps.session_id = first_flows.session_id
    left join in_flows
        on gaps.session_id = in_flows.session_id and gaps.line_number = in_flows.line_number
    left join in_beats
        on gaps.session_id = in_beats.session_id and gaps.line_number = in_beats.line_number
)

select * from final
