{# Schemas are named exactly as configured: marts, not main_marts; the names are a public contract. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
