{# Beats against their declaration: unexpected, repeated, out of order. One row per deviating beat execution. #}

with beats as (
    select * from {{ pending('int_beats__aligned') }}
),

declared_sequences as (
    select * from {{ ref('stg_code__sequences') }} where is_primary
),

first_runs as (
    select beats.flow_id, beats.beat_execution_id, beats.execution_number, declared.group_number
    from beats
    inner join {{ ref('int_beats__grouped') }} as declared
        on beats.sequence_key = declared.sequence_key and beats.declared_position = declared.beat_position
    where beats.occurrence_number = 1
),

-- Two beats that ran in the other order than declared; parallel ones have no order. The beat with more such pairs is the one out of place: where
-- the last beat ran first, it is blamed and not all the others. Of two that only swapped, the one that ran first: it did not wait for its turn.
inversions as (
    select
        first_runs.flow_id,
        first_runs.beat_execution_id,
        first_runs.execution_number,
        other.beat_execution_id as other_execution_id,
        other.execution_number as other_number
    from first_runs
    inner join first_runs as other
        on
            first_runs.flow_id = other.flow_id
            and (first_runs.execution_number < other.execution_number)
            <> (first_runs.group_number < other.group_number)
            and first_runs.group_number <> other.group_number
),

inversion_counts as (
    select beat_execution_id, count(*) as inversion_count
    from inversions
    group by beat_execution_id
),

displaced as (
    select inversions.beat_execution_id
    from inversions
    inner join inversion_counts as own on inversions.beat_execution_id = own.beat_execution_id
    inner join inversion_counts as other on inversions.other_execution_id = other.beat_execution_id
    group by inversions.beat_execution_id
    having bool_and(
        own.inversion_count > other.inversion_count
        or (own.inversion_count = other.inversion_count and inversions.execution_number < inversions.other_number)
    )
),

judged as (
    select
        beats.*,
        case
            when declared.sequence_key is null or beats.topic is null then null
            when beats.declared_position is null then 'unexpected_beat'
            when beats.is_retry and beats.occurrence_number > 1 then 'retried_beat'
            when beats.occurrence_number > 1 then 'repeated_beat'
            when displaced.beat_execution_id is not null then 'out_of_order_beat'
        end as deviation_class
    from beats
    left join declared_sequences as declared
        on beats.sequence_key = declared.sequence_key
    left join displaced
        on beats.beat_execution_id = displaced.beat_execution_id
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
            when 'out_of_order_beat' then 'in its declared place, ' || declared_position
        end as expected,
        case deviation_class
            when 'unexpected_beat' then 'topic ' || topic || ' as beat ' || coalesce(cast(beat_number as varchar), '?')
            when 'retried_beat' then 'attempt ' || occurrence_number
            when 'repeated_beat' then 'run ' || occurrence_number || ' of beat ' || declared_beat_number
            when 'out_of_order_beat' then 'ran as number ' || execution_number
        end as observed,
        1 as occurrence_count,
        log_file_path,
        line_number
    from judged
    where deviation_class is not null
)

select * from final
