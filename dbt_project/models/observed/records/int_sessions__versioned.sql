{# Sessions to rebuild: new or grown logs, and all of them when a declaration, the code they name
   or an accepted exception changed.

   dim_sessions is looked up, not ref'ed: it is the last thing a build writes for a session, so a killed build
   leaves its sessions pending; a ref would close a circle. #}

{% set built = adapter.get_relation(database=target.database, schema='marts', identifier='dim_sessions') if execute else none %}

with files as (
    select * from {{ ref('stg_logs__log_files') }}
    where record_count > 0
),

declarations as (
    select string_agg(fact, chr(10) order by fact) as facts
    from (
        select concat_ws('|', sequence_key, declaration_hash, declaration_file_path) as fact
        from {{ ref('stg_code__sequences') }}
        union all
        select concat_ws('|', plugin_name, handler_name, resolution, code_file_path, code_line_number)
        from {{ ref('stg_code__handlers') }}
        union all
        select concat_ws('|', topic, plugin_name, sequence_key) from {{ ref('stg_code__topic_routes') }}
        union all
        select concat_ws('|', acceptance_id, deviation_class, sequence_pattern, place_pattern, reason, accepted_on, accepted_until)
        from {{ ref('int_acceptances__collected') }}
    ) as declared
),

versioned as (
    select
        files.session_id,
        md5(concat_ws('|', files.content_version, declarations.facts)) as session_version
    from files
    cross join declarations
),

final as (
    {% if built is none %}
    select
        session_id,
        session_version,
        true as is_pending
    from versioned
    {% else %}
    select
        coalesce(versioned.session_id, built.session_id) as session_id,
        versioned.session_version,
        versioned.session_version is distinct from built.session_version as is_pending
    from versioned
    full outer join {{ built }} as built
        on versioned.session_id = built.session_id
    {% endif %}
)

select * from final
