{# Exceptions of the user's own files, then those of the seed of this project. #}

with seeded as (
    select
        'seeds/accepted_deviations.csv' as accepted_file_name,
        row_number() over (order by deviation_class, sequence, place, reason) as entry_number,
        deviation_class,
        coalesce(sequence, '*') as sequence_pattern,
        coalesce(place, '*') as place_pattern,
        reason,
        cast(accepted_on as date) as accepted_on,
        cast(nullif(until, '') as date) as accepted_until
    from {{ ref('accepted_deviations') }}
),

final as (
    select
        {{ stable_id(["'file'", 'accepted_file_name', 'entry_number']) }} as acceptance_id,
        accepted_file_name,
        entry_number,
        deviation_class,
        sequence_pattern,
        place_pattern,
        reason,
        cast(accepted_on as date) as accepted_on,
        cast(accepted_until as date) as accepted_until
    from {{ source('project', 'accepted_deviations') }}
    union all
    select
        {{ stable_id(["'seed'", 'accepted_file_name', 'entry_number']) }} as acceptance_id,
        *
    from seeded
)

select * from final
