with beats as (
    select * from {{ ref('stg_code__beats') }}
),

sequences as (
    select * from {{ ref('stg_code__sequences') }} where is_primary
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
        beats.declaration_file_path,
        beats.declaration_json_path
    from beats
    inner join sequences
        on beats.sequence_key = sequences.sequence_key
)

select * from final
