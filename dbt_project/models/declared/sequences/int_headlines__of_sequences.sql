{# "How many sequences are there?" and "how many topics?": ids declared, beside files, copies and events. #}

with declarations as (
    select * from {{ ref('stg_code__sequences') }}
),

sequences as (
    select
        count(*) as declaration_count,
        count(distinct sequence_key) as sequence_count,
        count(distinct declaration_file_path) as file_count
    from declarations
),

differing as (
    select count(*) as differing_count
    from (
        select sequence_key from declarations group by sequence_key having count(distinct declaration_hash) > 1
    ) as keys_declared_differently
),

-- All JSON files beside the declarations that count: those, and what lies in their folders.
files as (
    select declaration_file_path as file_path from declarations where is_primary
    union
    select code_file_path
    from {{ ref('dim_source_files') }}
    where
        language = 'json'
        and {{ folder_of('code_file_path') }} in (
            select {{ folder_of('declaration_file_path') }} from declarations where is_primary
        )
),

file_counts as (
    select
        count(*) as json_file_count,
        count(case when declared.declaration_file_path is null then 1 end) as other_file_count,
        count(case when declared.declaration_file_path is null and files.file_path like '%index.json' then 1 end)
            as index_file_count
    from files
    left join (select distinct declaration_file_path from declarations) as declared
        on files.file_path = declared.declaration_file_path
),

beats as (
    select
        count(*) as beat_count,
        count(distinct topic) as topic_count,
        count(case when topic is null then 1 end) as silent_count
    from {{ ref('stg_code__beats') }}
),

final as (
    select
        'sequences' as subject, 1 as figure_number, 'JSON files' as figure_title,
        sequence_count as true_value, 'distinct declared ids' as true_way, json_file_count as naive_value,
        'JSON files in the folders of the declarations that count' as naive_way,
        other_file_count || ' of them declare no sequence (' || index_file_count || ' are called index.json)'
            as difference_reason
    from sequences, file_counts
    union all
    select
        'sequences', 2, 'declarations', sequence_count, 'distinct declared ids', declaration_count,
        'declarations found anywhere in the scanned files, copies too',
        (declaration_count - sequence_count) || ' are copies of an id declared elsewhere; the copies of '
        || {{ counted('differing_count', 'id') }} || ' differ'
    from sequences, differing
    union all
    select
        'beats', 1, 'topics of beats', beat_count, 'beats of the declarations that count', topic_count,
        'distinct topics over all declared beats',
        {{ counted('(beat_count - topic_count - silent_count)', 'beat') }} || ' with a topic an earlier beat has too, '
        || silent_count || ' with none; on a shared topic every subscriber runs'
    from beats, sequences
)

select
    subject,
    figure_number,
    figure_title,
    'count' as unit,
    cast(true_value as double) as true_value,
    true_way,
    cast(naive_value as double) as naive_value,
    naive_way,
    difference_reason
from final
