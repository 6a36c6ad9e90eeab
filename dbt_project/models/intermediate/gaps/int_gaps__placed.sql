{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

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
    from {{ ref('stg_logs__log_records') }} as record
    inner join {{ ref('stg_logs__log_files') }} as file
        on record.session_id = file.session_id
    where record.emitted_at is not null and {{ only_pending_sessions('record') }}
    window session_so_far as (partition by record.session_id order by record.line_number)
),

gaps as (
    select
        *,
        {{ stable_id(['dialect_name', 'message_type', 'next_message_type']) }} as step_kind_id
    from stamped
    where next_emitted_at >= emitted_at + interval 1 second
),

-- Where in its flow a gap falls: the latest flow and beat that started before it and had not ended.
flows as (
    select * from {{ ref('int_flows__rebuilt') }} as flow
    where flow.started_at is not null and {{ only_pending_sessions('flow') }}
),

beats as (
    select * from {{ ref('int_beats__aligned') }} as beat
    where beat.started_at is not null and {{ only_pending_sessions('beat') }}
),

first_flows as (
    select
        session_id,
        min(line_number) as first_flow_line_number
    from flows
    group by session_id
),

placed as (
    select
        gaps.*,
        flows.flow_id,
        flows.sequence_name,
        beats.beat_execution_id,
        beats.topic,
        first_flows.first_flow_line_number
    from gaps
    left join first_flows
        on gaps.session_id = first_flows.session_id
    left join flows
        on
            gaps.session_id = flows.session_id
            and flows.line_number <= gaps.line_number
            and (flows.ended_at is null or flows.ended_at >= gaps.next_emitted_at)
    left join beats
        on
            flows.flow_id = beats.flow_id
            and beats.line_number <= gaps.line_number
            and (beats.ended_at is null or beats.ended_at >= gaps.next_emitted_at)
    qualify row_number() over (
        partition by gaps.session_id, gaps.line_number
        order by flows.line_number desc nulls last, beats.line_number desc nulls last
    ) = 1
),

final as (
    select
        {{ stable_id(['session_id', 'line_number', "'gap'"]) }} as gap_id,
        session_id,
        flow_id,
        sequence_name,
        beat_execution_id,
        topic,
        step_kind_id,
        case
            when first_flow_line_number is null or line_number < first_flow_line_number then 'starting'
            when beat_execution_id is not null then 'inside_beat'
            when flow_id is not null then 'inside_flow'
            else 'between_flows'
        end as gap_place,
        emitted_at as started_at,
        next_emitted_at as ended_at,
        {{ milliseconds_between('emitted_at', 'next_emitted_at') }} as duration_ms,
        log_file_path,
        line_number,
        next_line_number
    from placed
)

select * from final
