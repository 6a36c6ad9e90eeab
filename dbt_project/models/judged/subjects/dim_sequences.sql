with sequences as (
    select * from {{ ref('stg_code__sequences') }}
),

declarations as (
    select
        sequence_key,
        count(*) as declaration_count,
        count(distinct declaration_hash) as distinct_declaration_count
    from sequences
    group by sequence_key
),

final as (
    select
        {{ stable_id(['sequences.sequence_key']) }} as sequence_id,
        sequences.sequence_key,
        sequences.sequence_name,
        sequences.plugin_name,
        sequences.package_name,
        sequences.description,
        sequences.category,
        sequences.movement_count,
        sequences.beat_count,
        declarations.declaration_count,
        declarations.distinct_declaration_count,
        sequences.handlers_module,
        sequences.declaration_file_path
    from sequences
    inner join declarations
        on sequences.sequence_key = declarations.sequence_key
    where sequences.is_primary
)

select * from final
