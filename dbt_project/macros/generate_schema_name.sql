{# A table's schema follows from the first word of its name, wherever its file lies: folders are the layers, names a public
   contract. Everything else (seeds, tests) goes where it is configured to, without a prefix: marts, not main_marts. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set by_first_word = {
        'stg': 'staging', 'int': 'intermediate', 'dim': 'marts', 'fct': 'marts', 'rpt': 'reports'
    } -%}
    {{- by_first_word.get(node.name.split('_')[0], custom_schema_name or target.schema) | trim -}}
{%- endmacro %}
