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
    inner join {{ ref('stg_code__beats') }} as declared
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

valued as (
    select
        *,
        case deviation_class
            when 'unexpected_beat' then coalesce(cast(beat_number as varchar), '?')
            when 'out_of_order_beat' then cast(execution_number as varchar)
            else cast(occurrence_number as varchar)
        end as observed_value
    from judged
    where deviation_class is not null
),

final as (
    select {{ deviation(
        session_id='session_id', flow_id='flow_id', deviation_class='deviation_class', sequence_name='sequence_name',
        beat_number='beat_number', topic='topic', handler_name='declared_handler_name',
        expected_value="case deviation_class when 'out_of_order_beat' then declared_position else declared_beat_number end",
        observed_value='observed_value', occurrence_count=1, log_file_path='log_file_path', line_number='line_number'
    ) }}
    from valued
)

select * from final
