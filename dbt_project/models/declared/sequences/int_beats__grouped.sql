{# Declared beats in groups: beats of one group may run in any order. As orchestration/analysis/conformance/alignment_model.py. #}

with beats as (
    select
        sequence_key,
        beat_position,
        movement_number,
        {{ is_parallel_timing('timing') }} as is_parallel,
        lag(movement_number) over (partition by sequence_key order by beat_position) as previous_movement_number
    from {{ ref('stg_code__beats') }}
),

final as (
    select
        sequence_key,
        beat_position,
        sum(case when is_parallel and movement_number = previous_movement_number then 0 else 1 end) over (
            partition by sequence_key order by beat_position rows unbounded preceding
        ) as group_number
    from beats
)

select * from final
