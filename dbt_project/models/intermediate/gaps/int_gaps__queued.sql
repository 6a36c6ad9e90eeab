{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

{# Flows that waited in the queue during the whole of a gap. #}

with gaps as (
    select * from {{ ref('int_gaps__placed') }} as gap
    where {{ only_pending_sessions('gap') }}
),

final as (
    select
        gaps.gap_id,
        gaps.session_id,
        count(*) as queued_flow_count,
        min(flows.line_number) as queued_line_number,
        {{ value_at_first('flows.sequence_name', 'flows.line_number') }} as queued_sequence_name
    from gaps
    inner join {{ ref('int_flows__rebuilt') }} as flows
        on
            gaps.session_id = flows.session_id
            and flows.line_number <= gaps.line_number
            and flows.queued_at <= gaps.started_at
            and (flows.started_at is null or flows.started_at >= gaps.ended_at)
    group by gaps.gap_id, gaps.session_id
)

select * from final
