{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

{# A silent gap: one second or more between two stamped records that follow each other in the log. #}

with stamped as (
    select
        session_id,
        log_file_path,
        line_number,
        emitted_at,
        lead(emitted_at) over (partition by session_id order by line_number) as next_emitted_at,
        lead(line_number) over (partition by session_id order by line_number) as next_line_number
    from {{ ref('stg_logs__log_records') }} as record
    where record.emitted_at is not null and {{ only_pending_sessions('record') }}
),

gaps as (
    select * from stamped
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
    select session_id, min(line_number) as first_flow_line_number
    from flows
    group by session_id
),

placed as (
    select
        gaps.*,
        flows.flow_id,
        beats.beat_execution_id,
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
        beat_execution_id,
        case
            when first_flow_line_number is null or line_number < first_flow_line_number then 'starting'
            when beat_execution_id is not null then 'inside_beat'
            when flow_id is not null then 'inside_flow'
            else 'idle'
        end as gap_class,
        emitted_at as started_at,
        next_emitted_at as ended_at,
        {{ milliseconds_between('emitted_at', 'next_emitted_at') }} as duration_ms,
        log_file_path,
        line_number,
        next_line_number
    from placed
)

select * from final
