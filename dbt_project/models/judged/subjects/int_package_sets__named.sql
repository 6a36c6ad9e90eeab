{# Where sessions differ in the versions of their packages: which set of versions a session ran, in the words of what
   changed since the set before. Packages that never change tell nothing. #}

{# More labels than these would make the name of a build unreadable. #}
{% set most_labels = 3 %}

with packages as (
    select
        *,
        package_name || ' ' || package_version as label
    from {{ ref('dim_session_packages') }}
    qualify min(package_version) over (partition by package_name) <> max(package_version) over (partition by package_name)
),

session_sets as (
    select
        packages.session_id,
        string_agg(packages.label, ', ' order by packages.label) as package_set,
        min(files.first_emitted_at) as started_at,
        min(files.log_file_path) as log_file_path
    from packages
    inner join {{ ref('stg_logs__log_files') }} as files on packages.session_id = files.session_id
    group by packages.session_id
),

sets as (
    select package_set, min(started_at) as first_started_at, min(log_file_path) as first_log_file_path
    from session_sets
    group by package_set
),

labels as (
    select
        session_sets.package_set,
        packages.label,
        count(*) over (partition by session_sets.package_set) as set_size
    from session_sets
    inner join packages on session_sets.session_id = packages.session_id
    group by session_sets.package_set, packages.label
),

-- A log that was cut reports a part of a set. It ran the one set that holds this part; where several do, that is unknown.
held as (
    select part.package_set, whole.package_set as whole_set
    from labels as part
    inner join labels as whole on part.label = whole.label
    group by part.package_set, whole.package_set
    having count(*) = max(part.set_size)
),

whole_sets as (
    select
        sets.package_set,
        row_number() over (
            order by sets.first_started_at asc nulls last, sets.first_log_file_path asc, sets.package_set asc
        ) as set_number
    from sets
    inner join (select package_set from held group by package_set having count(*) = 1) as widest
        on sets.package_set = widest.package_set
),

-- The first set is told from the second.
changed as (
    select
        whole_sets.package_set,
        whole_sets.set_number,
        labels.label,
        row_number() over (partition by whole_sets.package_set order by labels.label) as label_number,
        count(*) over (partition by whole_sets.package_set) as label_count
    from whole_sets
    inner join labels on whole_sets.package_set = labels.package_set
    inner join whole_sets as others
        on others.set_number = case when whole_sets.set_number = 1 then 2 else whole_sets.set_number - 1 end
    left join labels as same on others.package_set = same.package_set and labels.label = same.label
    where same.label is null
),

named as (
    select
        package_set,
        min(set_number) as set_number,
        string_agg(case when label_number <= {{ most_labels }} then label end, ', ' order by label)
        || case when max(label_count) > {{ most_labels }} then ' and ' || (max(label_count) - {{ most_labels }}) || ' more' else '' end
            as package_words
    from changed
    group by package_set
),

numbered as (
    select
        package_set,
        package_words || case
            when row_number() over same_words > 1 then ' (' || row_number() over same_words || ')' else ''
        end as package_words
    from named
    window same_words as (partition by package_words order by set_number)
),

final as (
    select
        session_sets.session_id,
        min(numbered.package_words) as package_words
    from session_sets
    inner join held on session_sets.package_set = held.package_set
    inner join numbered on held.whole_set = numbered.package_set
    group by session_sets.session_id
    having count(*) = 1
)

select * from final
