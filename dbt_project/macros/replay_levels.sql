{# What fct_replay_bundles says in words: the log fields that would raise the score, each with its gain in points. #}

{% macro missing_fields() -%}
    nullif(concat_ws(
        '; ',
        {{ missing_field('unlogged_input_count', "'payload of the request (' || unlogged_keys || ')'") }},
        {{ missing_field('cut_input_count', "'whole values in state rows (' || cut_keys || ')'") }},
        {{ missing_field('hidden_input_count', "'values of all keys in state rows (' || hidden_keys || ')'") }},
        {{ missing_field('handler_execution_count - located_handler_count', "'handler names that lead to one function'") }},
        {{ missing_field('beat_execution_count - identified_beat_count', "'topics of beats'") }},
        {{ missing_field('1 - cast(is_end_logged as int)', "'the end of the flow'") }}
    ), '')
{%- endmacro %}

{% macro missing_field(count, words) -%}
    case when {{ count }} > 0 then {{ words }} || ' +' || cast(round(100.0 * ({{ count }}) / fact_count, 1) as varchar) end
{%- endmacro %}
