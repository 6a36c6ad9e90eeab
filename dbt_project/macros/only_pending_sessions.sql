{# Incremental work, by whole sessions: a session whose log, declarations or code changed is rebuilt, others stay.

   `forget_pending_sessions` runs before the insert, in the same transaction, so that a session that lost all its
   rows loses them here too (a delete by the keys of the new rows would miss it).
   The ref stands outside the condition because dbt collects dependencies while parsing, when nothing is incremental. #}

{% macro pending_sessions() -%}
    select known.session_id from {{ ref('int_sessions__versioned') }} as known where known.is_pending
{%- endmacro %}

{% macro forget_pending_sessions() -%}
    {%- set pending = pending_sessions() -%}
    {% if is_incremental() %}delete from {{ this }} where session_id in ({{ pending }}){% else %}select 1{% endif %}
{%- endmacro %}

{% macro only_pending_sessions(alias) -%}
    {%- set pending = pending_sessions() -%}
    {% if is_incremental() %}{{ alias }}.session_id in ({{ pending }}){% else %}true{% endif %}
{%- endmacro %}
