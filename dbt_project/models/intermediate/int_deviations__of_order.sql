{# Beats against their declaration: unexpected, repeated, out of order. One row per deviating beat execution. #}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_pending_sessions() }}") }}

with beats as (
    select * from {{ ref('int_beats__aligned') }} as beat
    where {{ only_pending_sessions('beat') }}
),

declared_sequences as (
    select * from {{ ref('stg_code__sequences') }} where is_primary
),

judged as (
    select
        beats.*,
        case
            when declared.sequence_key is null then null
            when beats.declared_position is null then 'unexpected_beat'
            when beats.is_retry and beats.occurrence_number > 1 then 'retried_beat'
            when beats.occurrence_number > 1 then 'repeated_beat'
            when beats.declared_position < beats.furthest_position_before then 'out_of_order_beat'
        end as deviation_class
    from beats
    left join declared_sequences as declared
        on beats.sequence_key = declared.sequence_key
),

final as (
    select
        session_id,
        flow_id,
        deviation_class,
        case deviation_class when 'retried_beat' then 'info' else 'warning' end as severity,
        sequence_name,
        beat_number,
        topic,
        declared_handler_name as handler_name,
        case deviation_class
            when 'unexpected_beat' then 'only topics the sequence declares'
            when 'retried_beat' then 'beat ' || declared_beat_number || ' succeeds at once'
            when 'repeated_beat' then 'beat ' || declared_beat_number || ' once'
            when 'out_of_order_beat' then 'declared beat ' || declared_position || ' before ' || furthest_position_before
        end as expected,
        case deviation_class
            when 'unexpected_beat' then 'topic ' || topic || ' as beat ' || coalesce(cast(beat_number as varchar), '?')
            when 'retried_beat' then 'attempt ' || occurrence_number
            when 'repeated_beat' then 'run ' || occurrence_number || ' of beat ' || declared_beat_number
            when 'out_of_order_beat' then 'declared beat ' || declared_position || ' after ' || furthest_position_before
        end as observed,
        1 as occurrence_count,
        log_file_path,
        line_number
    from judged
    where deviation_class is not null
)

select * from final
