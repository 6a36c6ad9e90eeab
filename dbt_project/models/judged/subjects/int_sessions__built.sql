{# Which build wrote a session: what the user says counts before what the log says. Where sessions of one reported build,
   or sessions without any, ran different packages, these are the builds. #}

with files as (
    select * from {{ ref('stg_logs__log_files') }}
    where record_count > 0
),

reported as (
    select
        session_id,
        {{ value_at_first("case when signal = 'build_reported' then build_name end", 'line_number') }} as build
    from {{ ref('int_records__correlated') }}
    group by session_id
),

named as (
    select
        files.session_id,
        {{ value_at_first('named.build_name', 'named.pattern_number') }} as build
    from files
    inner join {{ source('project', 'named_builds') }} as named
        on {{ matches_glob('files.log_file_path', 'named.log_path_pattern') }}
    group by files.session_id
),

stated as (
    select
        files.session_id,
        named.build as named_build,
        reported.build as reported_build,
        packages.package_words,
        min(packages.package_words) over same_build <> max(packages.package_words) over same_build as has_different_packages
    from files
    left join named on files.session_id = named.session_id
    left join reported on files.session_id = reported.session_id
    left join {{ ref('int_package_sets__named') }} as packages on files.session_id = packages.session_id
    window same_build as (partition by reported.build)
),

final as (
    select
        session_id,
        coalesce(
            named_build,
            case
                when has_different_packages and reported_build is not null
                    then reported_build || coalesce(', ' || package_words, '')
                when has_different_packages then package_words
                else reported_build
            end
        ) as build
    from stated
)

select * from final
