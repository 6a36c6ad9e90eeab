{# Groups to rebuild: new or grown logs, and all of them when a declaration, or code that they are rebuilt with, changed.
   What was built last is in the ledger, which is written only when every model of a group was (macros/pending.sql). #}
{{ config(materialized='table', post_hook="{{ forget_built_groups() }}") }}

with versioned as (
    select
        session_id as group_id,
        {{ stable_id([
            'content_version', 'log_file_path', 'dialect_name', 'correlation', 'record_count', declared_fingerprint()
        ]) }} as group_version
    from {{ ref('stg_logs__log_files') }}
    where record_count > 0
),

final as (
    select
        coalesce(versioned.group_id, built.group_id) as group_id,
        versioned.group_version,
        coalesce(versioned.group_version <> built.group_version, true) as is_pending
    from versioned
    full outer join {{ built_groups() }} as built
        on versioned.group_id = built.group_id
)

select * from final
