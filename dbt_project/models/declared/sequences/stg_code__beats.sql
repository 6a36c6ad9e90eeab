{{ config(materialized='view') }}
{# Declared beats, each with its group: beats of one group may run in any order. As
   orchestration/analysis/conformance/alignment_frames.py. #}

with source as (
    select
        *,
        {{ is_parallel_timing('timing') }} as is_parallel,
        lag(movement_number) over (partition by sequence_key order by beat_position) as previous_movement_number
    from {{ source('code', 'beats') }}
),

renamed as (
    select
        -- ids
        sequence_key,
        movement_key,

        -- text
        movement_name,
        topic,
        handler_name,
        beat_title,
        beat_kind,
        timing,
        error_handling,
        declaration_file_path,
        declaration_json_path,

        -- numerics
        movement_number,
        beat_number,
        beat_position,
        sum(case when is_parallel and movement_number = previous_movement_number then 0 else 1 end) over (
            partition by sequence_key order by beat_position rows unbounded preceding
        ) as group_number
    from source
)

select * from renamed
