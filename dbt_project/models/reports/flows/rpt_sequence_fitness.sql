{# Declared sequences, seen or not. Every started flow is aligned; fitness counts those that ended, because an unfinished
   flow is not late yet: it deviates only where what it did do is not the beginning of the declared order. #}

with sequences as (
    select * from {{ ref('dim_sequences') }}
),

measured as (
    select * from {{ source('measured', 'sequence_measures') }}
),

variants as (
    select
        sequence_id,
        sum(flow_count) as flow_count,
        sum(flow_count - ended_flow_count) as unfinished_flow_count,
        sum(case when unfinished_cost > 0 then flow_count - ended_flow_count else 0 end) as unfinished_deviating_count,
        sum(flow_count * retry_count) as retry_count,
        count(*) as variant_count
    from {{ ref('fct_flow_variants') }}
    where sequence_id is not null
    group by sequence_id
),

final as (
    select
        sequences.sequence_id,
        sequences.sequence_name,
        cast(coalesce(variants.flow_count, 0) as bigint) as flow_count,
        coalesce(measured.ended_flow_count, 0) as ended_flow_count,
        cast(coalesce(variants.unfinished_flow_count, 0) as bigint) as unfinished_flow_count,
        cast(coalesce(variants.unfinished_deviating_count, 0) as bigint) as unfinished_deviating_count,
        coalesce(variants.variant_count, 0) as variant_count,
        coalesce(measured.fitting_flow_count, 0) as fitting_flow_count,
        100.0 * measured.fitting_flow_count / nullif(measured.ended_flow_count, 0) as fitting_pct,
        measured.mean_fitness,
        measured.log_fitness,
        measured.precision,
        measured.generalisation,
        measured.unseen_beat_count,
        cast(coalesce(variants.retry_count, 0) as bigint) as retry_count
    from sequences
    left join measured
        on sequences.sequence_id = measured.sequence_id
    left join variants
        on sequences.sequence_id = variants.sequence_id
)

select * from final
