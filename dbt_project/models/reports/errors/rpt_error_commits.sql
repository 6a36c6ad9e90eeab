-- Commits that changed the code of a group's handler: all since it was first seen, and the last three before.
with groups as (
    select placed.error_group_id, placed.plugin_name, placed.handler_name, counted.first_seen_at
    from {{ ref('int_error_groups__placed') }} as placed
    inner join {{ ref('int_error_groups__counted') }} as counted
        on placed.error_group_id = counted.error_group_id
    where placed.handler_name is not null
),

final as (
    select
        groups.error_group_id,
        commits.commit_hash,
        commits.committed_at,
        commits.author_key,
        commits.subject as commit_subject,
        commits.is_line_change,
        coalesce(commits.committed_at >= groups.first_seen_at, false) as is_since_first_seen
    from groups
    inner join {{ ref('int_handler_commits__dated') }} as commits
        on groups.plugin_name = commits.plugin_name and groups.handler_name = commits.handler_name
    qualify
        is_since_first_seen
        or row_number() over (
            partition by groups.error_group_id, is_since_first_seen
            order by commits.committed_at desc, commits.commit_hash asc
        ) <= 3
)

select * from final
