{# Which commits changed a handler's file, with what the history says of each. #}

select
    touched.plugin_name,
    touched.handler_name,
    commits.commit_hash,
    touched.is_line_change,
    commits.author_key,
    commits.subject,
    commits.committed_at
from {{ source('code', 'handler_commits') }} as touched
inner join {{ ref('stg_code__commits') }} as commits on touched.commit_hash = commits.commit_hash
