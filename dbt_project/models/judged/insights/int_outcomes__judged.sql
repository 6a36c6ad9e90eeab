{# Whether what causes a problem was changed, and what the sessions after that show: a commit that touched the handler, or
   else a new build. Looked at is the first change after the last occurrence; where none came after it, the newest. #}

with exposed as (
    select * from {{ ref('int_problems__exposed') }}
),

problems as (
    select recommendation_id, handler_id from {{ ref('int_recommendations__placed') }}
    where recommendation_id in (select recommendation_id from exposed)
),

newest as (
    select max(code_at) as code_at, max(build_number) as build_number from exposed
),

changes as (
    select distinct
        problems.recommendation_id,
        'commit' as change_kind,
        'commit ' || left(commits.commit_hash, 7) || ' (' || commits.subject || ')' as cause_change,
        commits.committed_at as changed_at,
        cast(null as bigint) as build_number
    from problems
    inner join {{ ref('dim_handlers') }} as handlers on problems.handler_id = handlers.handler_id
    inner join {{ ref('int_handler_commits__dated') }} as commits
        on handlers.plugin_name = commits.plugin_name and handlers.handler_name = commits.handler_name
    cross join newest
    where commits.committed_at <= newest.code_at
    union all
    select problems.recommendation_id, 'build', 'build ' || builds.build, builds.first_seen_at, builds.build_number
    from problems
    cross join {{ ref('rpt_builds') }} as builds
    where builds.build_number > 1
),

placed as (
    select
        changes.*,
        exposed.opportunity_kind,
        exposed.opportunity_count,
        exposed.occurrence_count,
        case
            when changes.change_kind = 'build' then exposed.build_number >= changes.build_number
            else exposed.code_at >= changes.changed_at
        end as is_after
    from changes
    inner join exposed on changes.recommendation_id = exposed.recommendation_id
),

summed as (
    select
        recommendation_id,
        change_kind,
        cause_change,
        changed_at,
        build_number,
        min(opportunity_kind) as opportunity_kind,
        {% for side, flag in [('before', 'not is_after'), ('after', 'is_after')] -%}
        coalesce(sum(case when {{ flag }} then opportunity_count end), 0) as {{ side }}_opportunity_count,
        coalesce(sum(case when {{ flag }} then occurrence_count end), 0) as {{ side }}_occurrence_count,
        count(case when {{ flag }} then 1 end) as {{ side }}_session_count,
        count(case when {{ flag }} and occurrence_count > 0 then 1 end) as {{ side }}_shown_count{{ ',' if not loop.last }}
        {% endfor %}
    from placed
    group by recommendation_id, change_kind, cause_change, changed_at, build_number
),

-- The more changes are looked at, the easier one of them is followed by nothing: each chance counts as often.
chosen as (
    select *, count(*) over (partition by recommendation_id, change_kind) as change_count
    from summed
    where before_occurrence_count > 0
    qualify row_number() over (
        partition by recommendation_id
        order by
            change_kind = 'commit' desc, after_occurrence_count = 0 desc,
            case when after_occurrence_count = 0 then changed_at end asc nulls last,
            changed_at desc nulls last, build_number desc, cause_change asc
    ) = 1
),

-- Runs of one session are not independent: it must be beyond chance for runs and for sessions.
chanced as (
    select
        *,
        least(1, change_count * greatest(
            {{ chance_all_before('before_occurrence_count', 'before_opportunity_count', 'after_opportunity_count') }},
            {{ chance_all_before('before_shown_count', 'before_session_count', 'after_session_count') }}
        )) as fix_p_value
    from chosen
),

final as (
    select
        recommendation_id,
        case
            when after_occurrence_count > 0 then 'not_fixed'
            when after_opportunity_count > 0 and fix_p_value <= 0.05 then 'fixed'
            else 'cannot_tell'
        end as fix_outcome,
        cause_change,
        changed_at as cause_changed_at,
        opportunity_kind,
        cast(before_opportunity_count as bigint) as before_opportunity_count,
        cast(before_occurrence_count as bigint) as before_occurrence_count,
        cast(after_opportunity_count as bigint) as after_opportunity_count,
        cast(after_occurrence_count as bigint) as after_occurrence_count,
        case when after_occurrence_count = 0 then fix_p_value end as fix_p_value
    from chanced
)

select * from final
