{# Commits between the last good and the first bad build. A build that is the beginning of a commit's hash is that
   commit; else the time of the sessions stands for it. #}

with changes as (
    select * from {{ source('measured', 'changes') }}
    where is_change
),

commits as (
    select * from {{ ref('stg_code__commits') }}
),

-- Seven digits are what git shows of a hash.
built as (
    select
        changes.regression_id,
        max(case when starts_with(commits.commit_hash, changes.good_build) then commits.committed_at end) as good_at,
        max(case when starts_with(commits.commit_hash, changes.bad_build) then commits.committed_at end) as bad_at
    from changes
    left join commits
        on
            (length(changes.good_build) >= 7 and starts_with(commits.commit_hash, changes.good_build))
            or (length(changes.bad_build) >= 7 and starts_with(commits.commit_hash, changes.bad_build))
    group by changes.regression_id
),

bounds as (
    select
        changes.regression_id,
        changes.unit_kind,
        changes.unit_id,
        coalesce(built.good_at, good_sessions.started_at) as since_at,
        coalesce(built.bad_at, bad_sessions.started_at) as until_at
    from changes
    inner join built on changes.regression_id = built.regression_id
    left join {{ ref('dim_sessions') }} as good_sessions on changes.last_good_session_id = good_sessions.session_id
    left join {{ ref('dim_sessions') }} as bad_sessions on changes.first_bad_session_id = bad_sessions.session_id
),

touched as (
    select
        handlers.handler_id,
        handler_commits.commit_hash
    from {{ ref('int_handler_commits__dated') }} as handler_commits
    inner join {{ ref('dim_handlers') }} as handlers
        on
            handler_commits.plugin_name = handlers.plugin_name
            and handler_commits.handler_name = handlers.handler_name
),

suspects as (
    select
        bounds.regression_id,
        commits.commit_hash,
        commits.subject,
        commits.committed_at,
        touched.commit_hash is not null as is_touching
    from bounds
    inner join commits
        on commits.committed_at > bounds.since_at and commits.committed_at <= bounds.until_at
    left join touched
        on
            bounds.unit_kind = 'handler'
            and bounds.unit_id = touched.handler_id
            and commits.commit_hash = touched.commit_hash
    qualify row_number() over (partition by bounds.regression_id, commits.commit_hash) = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by regression_id order by is_touching desc, committed_at desc, commit_hash asc
        ) as suspicion
    from suspects
),

final as (
    select
        regression_id,
        count(*) as suspect_commit_count,
        count(case when is_touching then 1 end) as touching_commit_count,
        string_agg(case when suspicion <= 5 then left(commit_hash, 7) || ' ' || subject end, chr(10) order by suspicion)
            as suspect_commits
    from ranked
    group by regression_id
)

select * from final
