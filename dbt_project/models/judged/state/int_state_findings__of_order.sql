{# Keys a sequence reads before the first of its beats that writes them, though nothing before put them there. #}

with beats as (
    select sequence_id, sequence_name, beat_position, handler_id, handler_name
    from {{ ref('dim_beats') }}
),

pairs as (
    select * from {{ ref('rpt_state_handlers') }}
),

accesses as (
    select
        beats.sequence_id,
        beats.sequence_name,
        beats.beat_position,
        pairs.*
    from beats
    inner join pairs on beats.handler_id = pairs.handler_id
),

writers as (
    select
        sequence_id,
        state_key,
        min(beat_position) as first_position
    from accesses
    where mutation_count > 0 or is_written_in_code or is_returned_in_code
    group by sequence_id, state_key
),

-- A flow that says "added" had no such key before: its caller did not bring it. Flows that say "updated" were given it.
first_changes as (
    select * from {{ ref('fct_state_mutations') }} where change_number = 1
),

brought as (
    select
        sequence_name,
        state_key,
        count(*) filter (where mutation_kind = 'added') as added_flow_count,
        count(*) as flow_count
    from first_changes
    group by sequence_name, state_key
),

places as (
    select * from first_changes
    where mutation_kind = 'added'
    qualify row_number() over (partition by sequence_name, state_key order by log_file_path, line_number) = 1
),

final as (
    select
        'read_before_written' as finding_class,
        'info' as severity,
        accesses.handler_id,
        accesses.state_key,
        accesses.sequence_name,
        'read by beat ' || accesses.beat_position || ', first written by beat ' || writers.first_position as observed,
        cast(brought.added_flow_count as bigint) as occurrence_count,
        brought.flow_count as case_count,
        places.session_id,
        places.log_file_path,
        places.line_number,
        accesses.read_file_path as code_file_path,
        accesses.read_line_number as code_line_number
    from accesses
    inner join writers
        on accesses.sequence_id = writers.sequence_id and accesses.state_key = writers.state_key
    inner join brought
        on accesses.sequence_name = brought.sequence_name and accesses.state_key = brought.state_key
    left join places
        on accesses.sequence_name = places.sequence_name and accesses.state_key = places.state_key
    where
        accesses.is_read_in_code
        and accesses.beat_position < writers.first_position
        and brought.added_flow_count > 0
)

select * from final
