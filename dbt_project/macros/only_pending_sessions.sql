{# Incremental work, by whole sessions: a session whose log, declarations or code changed is rebuilt, others stay.

   `forget_pending_sessions` runs before the insert, in the same transaction, so that a session that lost all its
   rows loses them here too (a delete by the keys of the new rows would miss it).
   The ref is also made while parsing (`not execute`), when nothing is incremental yet: that is when dbt collects
   dependencies. #}

{% macro pending_sessions() -%}
    select known.session_id from {{ ref('int_sessions__versioned') }} as known where known.is_pending
{%- endmacro %}

{% macro forget_pending_sessions() -%}
    {%- if not execute or is_incremental() -%}
    delete from {{ this }} where session_id in ({{ pending_sessions() }})
    {%- else -%}
    select 1
    {%- endif -%}
{%- endmacro %}

{% macro only_pending_sessions(alias) -%}
    {%- if not execute or is_incremental() -%}
    {{ alias }}.session_id in ({{ pending_sessions() }})
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}
