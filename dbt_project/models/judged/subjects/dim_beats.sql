with beats as (
    select * from {{ ref('stg_code__beats') }}
),

sequences as (
    select * from {{ ref('stg_code__sequences') }} where is_primary
),

-- A handler's name may stand for several functions of a plugin; the beat knows exactly one.
functions as (
    select * from {{ ref('stg_code__beat_handlers') }}
),

final as (
    select
        {{ stable_id(['beats.sequence_key', 'beats.beat_position']) }} as beat_id,
        {{ stable_id(['beats.sequence_key']) }} as sequence_id,
        sequences.sequence_name,
        beats.movement_number,
        beats.movement_name,
        beats.beat_number,
        beats.beat_position,
        beats.beat_title,
        beats.topic,
        {{ stable_id(['sequences.plugin_name', 'beats.handler_name']) }} as handler_id,
        beats.handler_name,
        beats.beat_kind,
        beats.timing,
        beats.error_handling,
        functions.resolution,
        functions.code_file_path,
        functions.code_line_number,
        beats.declaration_file_path,
        beats.declaration_json_path
    from beats
    inner join sequences
        on beats.sequence_key = sequences.sequence_key
    left join functions
        on beats.sequence_key = functions.sequence_key and beats.beat_position = functions.beat_position
)

select * from final
