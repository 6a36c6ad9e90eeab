{# What each build shows beside the build before it: all that is in both, and all that only one of them shows. #}

with builds as (
    select * from {{ ref('rpt_builds') }}
),

sessions as (
    select * from {{ ref('dim_sessions') }}
    where build is not null
),

-- Of each build: in how many sessions, how often, and the line of the first.
seen as (
    select
        builds.build_number,
        observed.subject_kind,
        observed.subject_id,
        min(observed.subject_name) as subject_name,
        min(observed.sequence_name) as sequence_name,
        min(observed.plugin_name) as plugin_name,
        count(*) as session_count,
        sum(observed.occurrence_count) as occurrence_count,
        min_by(observed.session_id, (sessions.started_at, sessions.session_id)) as example_session_id,
        min_by(observed.line_number, (sessions.started_at, sessions.session_id)) as example_line_number
    from {{ ref('int_behaviours__observed') }} as observed
    inner join sessions on observed.session_id = sessions.session_id
    inner join builds on sessions.build = builds.build
    group by builds.build_number, observed.subject_kind, observed.subject_id
),

first_seen as (
    select
        subject_kind,
        subject_id,
        min(build_number) as first_build_number
    from seen
    group by subject_kind, subject_id
),

final as (
    select
        later.build_number,
        later.build,
        earlier.build as build_before,
        shown.* exclude (build_number),
        first_seen.first_build_number = later.build_number as is_first_build,
        shown.build_number = later.build_number as is_in_later,
        partner.subject_id is null as is_change,
        case when shown.build_number = later.build_number then later.session_count else earlier.session_count end as build_session_count,
        case when shown.build_number = later.build_number then earlier.session_count else later.session_count end as other_session_count
    from builds as later
    inner join builds as earlier on later.build_number = earlier.build_number + 1
    inner join seen as shown on shown.build_number in (later.build_number, earlier.build_number)
    inner join first_seen on shown.subject_kind = first_seen.subject_kind and shown.subject_id = first_seen.subject_id
    left join seen as partner
        on
            shown.subject_kind = partner.subject_kind
            and shown.subject_id = partner.subject_id
            and partner.build_number = case when shown.build_number = later.build_number then earlier.build_number else later.build_number end
    -- What both show is kept once: it counts in the control of false discoveries.
    where partner.subject_id is null or shown.build_number = later.build_number
)

select * from final
