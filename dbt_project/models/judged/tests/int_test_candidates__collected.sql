{# What production showed that a test could hold: an order that ended, a departure from the declared one, a failure. #}

with flows as (
    select * from {{ ref('fct_flows') }} where status in ('completed', 'failed')
),

variants as (
    select variant_id, coalesce(alignment_cost > 0, false) as is_departure from {{ ref('fct_flow_variants') }}
),

bundles as (
    select flow_id, replayability_pct, missing_fields, input_count, known_input_count
    from {{ ref('fct_replay_bundles') }}
),

-- The failure a handler began, not what followed from it.
failures as (
    select flow_id, error_group_id, handler_id, error_class
    from {{ ref('fct_errors') }}
    where severity = 'error' and not is_consequence and flow_id is not null and handler_id is not null
    qualify row_number() over (
        partition by flow_id, error_group_id order by line_number
    ) = 1
),

failed_flows as (
    select distinct flow_id from failures
),

orders as (
    select
        flows.flow_id,
        case when variants.is_departure then 'deviation' else 'conformant flow' end as candidate_kind,
        cast(null as varchar) as error_group_id,
        cast(null as varchar) as handler_id,
        cast(null as varchar) as error_class
    from flows
    inner join variants
        on flows.variant_id = variants.variant_id
    left join failed_flows
        on flows.flow_id = failed_flows.flow_id
    where flows.status = 'completed' and failed_flows.flow_id is null
),

shown as (
    select * from orders
    union all
    select
        flow_id,
        'failure' as candidate_kind,
        error_group_id,
        handler_id,
        error_class
    from failures
    inner join flows
        using (flow_id)
),

placed as (
    select
        {{ stable_id(['shown.candidate_kind', 'flows.variant_id', 'shown.error_group_id']) }} as test_candidate_id,
        shown.*,
        flows.sequence_id,
        flows.sequence_key,
        flows.sequence_name,
        flows.variant_id,
        flows.session_id,
        flows.started_at,
        flows.log_file_path,
        flows.line_number,
        bundles.replayability_pct,
        bundles.missing_fields,
        bundles.input_count,
        bundles.known_input_count
    from shown
    inner join flows
        on shown.flow_id = flows.flow_id
    left join bundles
        on shown.flow_id = bundles.flow_id
),

-- The flow whose inputs the log shows best is the evidence; of equals the newest.
final as (
    select
        *,
        count(*) over (partition by test_candidate_id) as flow_count
    from placed
    qualify row_number() over (
        partition by test_candidate_id
        order by
            replayability_pct desc nulls last,
            started_at desc nulls last,
            log_file_path desc,
            line_number desc,
            flow_id asc
    ) = 1
)

select * from final
