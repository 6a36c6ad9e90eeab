{# Incremental work, by whole groups: a group whose log, or whose declarations, changed is rebuilt, others stay. For now a
   group is a session. What is built is in a ledger, `built_groups`: it is not a model, because it says what models did.

   `pending` stands in `from`: the table, on an incremental run only its groups to rebuild; `key` is its column of the
   group. Both branches are rendered while parsing (`not execute`): that is when dbt collects dependencies. #}

{% macro pending(model, key='session_id') -%}
    {%- if not execute or is_incremental() -%}
    (select * from {{ ref(model) }} where {{ key }} in ({{ pending_groups() }}))
    {%- else -%}
    {{ ref(model) }}
    {%- endif -%}
{%- endmacro %}

{% macro pending_groups() -%}
    select known.group_id from {{ ref('int_groups__versioned') }} as known where known.is_pending
{%- endmacro %}

{# Runs before the insert, in the same transaction, so that a group that lost all its rows loses them here too. #}
{% macro forget_pending(key='session_id') -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} where {{ key }} in ({{ pending_groups() }})
    {%- endif -%}
{%- endmacro %}

{% macro built_groups() -%}
    intermediate.built_groups
{%- endmacro %}

{% macro create_built_groups() -%}
    create schema if not exists intermediate;
    create table if not exists {{ built_groups() }} (group_id varchar, group_version varchar);
{%- endmacro %}

{# Runs once it is known which groups are to be rebuilt: until a build has ended none of them is built. Else a build that
   was killed half way, and an edit that was taken back after it, would leave tables of both. #}
{% macro forget_built_groups() -%}
    delete from {{ built_groups() }} where group_id in (select group_id from {{ this }} where is_pending);
    insert into {{ built_groups() }} select group_id, null from {{ this }} where is_pending
{%- endmacro %}

{# Runs when a build ends. Only a build of every observed model has built a group; a killed or partial one leaves groups
   pending. No adapter call here: it would open a transaction, and what is written would be lost with it. #}
{% macro remember_built_groups() -%}
    {%- set versions = ref('int_groups__versioned') -%}
    {%- if execute -%}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.fqn[1] == 'observed' -%}
        {%- if node.unique_id not in built -%}{%- do missing.append(node.name) -%}{%- endif -%}
    {%- endfor -%}
    {%- if not missing -%}
    begin transaction;
    delete from {{ built_groups() }};
    insert into {{ built_groups() }}
    select group_id, group_version from {{ versions }} where group_version is not null;
    commit;
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# All rows of all declared tables that observed models read, in one hash. Where something stands in a file rebuilds
   nothing: observed models do not say it. A test holds the list against the manifest. #}
{% macro declared_fingerprint() -%}
    {%- set relations = [
        ref('int_handler_accesses__reached'), ref('int_state_keys__coded'),
        ref('stg_code__beats'), ref('stg_code__sequences'), ref('stg_code__topic_routes')
    ] -%}
    {%- set hashes = [] -%}
    {%- for relation in relations if execute -%}
        {%- set parts = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) | sort(attribute='name') if not is_place(column.name) -%}
            {%- do parts.append("coalesce(cast(" ~ adapter.quote(column.name) ~ " as varchar), chr(30))") -%}
        {%- endfor -%}
        {%- do hashes.append("(select string_agg(" ~ stable_id(parts) ~ ", '' order by " ~ stable_id(parts) ~ ") from " ~ relation ~ ")") -%}
    {%- endfor -%}
    {{ stable_id(hashes or ["''"]) }}
{%- endmacro %}

{% macro is_place(column_name) -%}
    {{- return(column_name.endswith(('_file_path', 'line_number', '_json_path'))) -}}
{%- endmacro %}
