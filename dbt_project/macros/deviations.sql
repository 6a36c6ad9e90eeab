{# What a deviation and a drift are made of, once. A part of a union names what it brings; the rest is null. Sentences and usual
   severities stand in the seed deviation_classes. #}

{% macro deviation() -%}
    {{ row_of({
        'session_id': 'varchar', 'flow_id': 'varchar', 'deviation_class': 'varchar', 'severity': 'varchar',
        'sequence_name': 'varchar', 'beat_number': 'bigint', 'topic': 'varchar', 'handler_name': 'varchar',
        'expected_value': 'varchar', 'observed_value': 'varchar', 'occurrence_count': 'bigint',
        'log_file_path': 'varchar', 'line_number': 'bigint'
    }, kwargs) }}
{%- endmacro %}

{% macro drift() -%}
    {{ row_of({
        'drift_class': 'varchar', 'severity': 'varchar', 'plugin_name': 'varchar', 'sequence_name': 'varchar',
        'topic': 'varchar', 'handler_name': 'varchar', 'expected_value': 'varchar', 'observed_value': 'varchar',
        'occurrence_count': 'bigint', 'session_count': 'bigint', 'last_seen_at': 'timestamptz',
        'declaration_file_path': 'varchar', 'example_session_id': 'varchar', 'example_line_number': 'bigint'
    }, kwargs) }}
{%- endmacro %}

{% macro row_of(columns, given) -%}
    {%- for name, data_type in columns.items() -%}
    cast({{ given.get(name, 'null') }} as {{ data_type }}) as {{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# A sentence of the seed with its places filled in; null where one of them is not known. What fills a place may hold the name of
   another, such as a topic `orders/{handler}`: its braces are another sign (U+E000, of no language) until all are filled. #}
{% macro filled_words(words, places) -%}
    {%- set filled = namespace(words=words) -%}
    {%- for place, value in places.items() -%}
        {%- set filled.words = "replace(" ~ filled.words ~ ", '{" ~ place ~ "}', coalesce(replace(cast(" ~ value ~ " as varchar), '{', chr(57344)), ''))" -%}
    {%- endfor -%}
    case
        when
            {% for place, value in places.items() -%}
            ({{ words }} like '%{{ "{" ~ place ~ "}" }}%' and {{ value }} is null){{ ' or ' if not loop.last }}
            {%- endfor %} then null
        else replace({{ filled.words }}, chr(57344), '{')
    end
{%- endmacro %}
