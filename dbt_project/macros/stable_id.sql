{# A stable hash of a natural key: 16 hexadecimal digits. Parts are separated by U+001F, nulls count as empty. #}
{% macro stable_id(parts) -%}
    substr(md5(
        {%- for part in parts %}
        coalesce(cast({{ part }} as varchar), ''){% if not loop.last %} || chr(31) ||{% endif %}
        {%- endfor %}
    ), 1, 16)
{%- endmacro %}
