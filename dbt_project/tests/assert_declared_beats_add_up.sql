{# A sequence has as many beats as it says. #}

select
    sequence.sequence_key,
    sequence.beat_count,
    count(beat.beat_id) as beat_rows
from {{ ref('dim_sequences') }} as sequence
left join {{ ref('dim_beats') }} as beat
    on sequence.sequence_id = beat.sequence_id
group by sequence.sequence_key, sequence.beat_count
having sequence.beat_count <> count(beat.beat_id)
