{# Declared sequences, seen or not, and observed sequences no declaration knows (sequence_id null). #}

with sequences as (
    select * from {{ ref('dim_sequences') }}
),

flows as (
    select
        sequence_id,
        sequence_name,
        count(*) as flow_count,
        count(case when status = 'completed' then 1 end) as completed_count,
        count(case when status = 'failed' then 1 end) as failed_count,
        count(case when status = 'cancelled' then 1 end) as cancelled_count,
        count(case when status = 'incomplete' then 1 end) as incomplete_count,
        count(case when status = 'never_started' then 1 end) as never_started_count,
        count(case when is_conformant then 1 end) as conformant_flow_count,
        count(distinct case when status <> 'never_started' then variant_id end) as variant_count,
        count(distinct session_id) as session_count
    from {{ ref('fct_flows') }}
    group by sequence_id, sequence_name
),

deviations as (
    select
        flow.sequence_id,
        flow.sequence_name,
        count(case when deviation.severity = 'info' then 1 end) as info_count,
        count(case when deviation.severity = 'warning' and not deviation.is_accepted then 1 end) as warning_count,
        count(case when deviation.severity = 'critical' and not deviation.is_accepted then 1 end) as critical_count,
        count(case when deviation.is_accepted then 1 end) as accepted_deviation_count
    from {{ ref('fct_flow_deviations') }} as deviation
    inner join {{ ref('fct_flows') }} as flow
        on deviation.flow_id = flow.flow_id
    group by flow.sequence_id, flow.sequence_name
),

final as (
    select
        coalesce(sequences.sequence_id, flows.sequence_id) as sequence_id,
        coalesce(sequences.sequence_name, flows.sequence_name) as sequence_name,
        sequences.plugin_name,
        sequences.sequence_id is not null as is_declared,
        coalesce(flows.flow_count, 0) as flow_count,
        coalesce(flows.session_count, 0) as session_count,
        coalesce(flows.completed_count, 0) as completed_count,
        coalesce(flows.failed_count, 0) as failed_count,
        coalesce(flows.cancelled_count, 0) as cancelled_count,
        coalesce(flows.incomplete_count, 0) as incomplete_count,
        coalesce(flows.never_started_count, 0) as never_started_count,
        coalesce(flows.conformant_flow_count, 0) as conformant_flow_count,
        100.0 * flows.conformant_flow_count / nullif(flows.flow_count, 0) as conformance_pct,
        coalesce(flows.variant_count, 0) as variant_count,
        coalesce(deviations.info_count, 0) as info_count,
        coalesce(deviations.warning_count, 0) as warning_count,
        coalesce(deviations.critical_count, 0) as critical_count,
        coalesce(deviations.accepted_deviation_count, 0) as accepted_deviation_count,
        measured.p50_ms,
        measured.p95_ms
    from sequences
    full outer join flows
        on sequences.sequence_id = flows.sequence_id
    left join deviations
        on
            flows.sequence_name = deviations.sequence_name
            and flows.sequence_id is not distinct from deviations.sequence_id
    left join {{ ref('int_subjects__measured') }} as measured
        on
            measured.execution_kind = 'sequence'
            and measured.subject_id = coalesce(sequences.sequence_id, flows.sequence_id, {{ stable_id(['flows.sequence_name']) }})
)

select * from final
