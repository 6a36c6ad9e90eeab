{# The beats of every flow variant, read off its first flow: flows of one variant have the same. Reads no mart, so that
   deviations, and the flows that count them, can be built from alignments. #}

with flows as (
    select
        *,
        count(case when status = 'incomplete' then 1 end) over (partition by variant_id) as unfinished_flow_count
    from {{ ref('int_flows__identified') }}
    where status <> 'never_started'
),

examples as (
    select *
    from flows
    qualify row_number() over (
        partition by variant_id order by started_at nulls last, log_file_path, flow_number, flow_id
    ) = 1
),

final as (
    select
        examples.variant_id,
        examples.sequence_id,
        examples.flow_id as first_flow_id,
        examples.unfinished_flow_count,
        cast(beats.execution_number as bigint) as execution_number,
        beats.topic,
        beats.declared_movement_number as movement_number,
        coalesce(beats.is_retry, false) as is_retry
    from examples
    left join {{ ref('int_beats__aligned') }} as beats
        on examples.flow_id = beats.flow_id
)

select * from final
