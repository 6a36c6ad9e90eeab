with flows as (
    select * from {{ ref('fct_flows') }}
),

variants as (
    select variant_id, alignment_cost from {{ ref('fct_flow_variants') }}
),

final as (
    select
        flows.session_id,
        flows.flow_id,
        flows.sequence_name,
        flows.status,
        flows.variant_id,
        flows.queued_at,
        flows.started_at,
        flows.beat_execution_count as beat_count,
        variants.alignment_cost,
        flows.log_file_path,
        flows.line_number
    from flows
    left join variants
        on flows.variant_id = variants.variant_id
)

select * from final
