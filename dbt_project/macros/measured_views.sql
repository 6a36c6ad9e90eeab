{# Measured tables lie in the lake; a view of each, made when a build begins, is what models and people read. #}
{% macro measured_views() -%}
    {%- if execute -%}
    create schema if not exists measured;
    {%- for source in graph.sources.values() if source.source_name == 'measured' %}
    create or replace view measured.{{ source.name }} as select * from {{ parquet_file('measured/' ~ source.name) }};
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
