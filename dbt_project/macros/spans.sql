{# Spans of lines: a flow, a beat, a call, from its first line up to, and without, its last. #}

{# After every line of a log. #}
{% macro no_last_line() -%}
    9223372036854775807
{%- endmacro %}

{# Where something ends. What never ends gives way to the next of its key that never ends. #}
{% macro last_line_of(key) -%}
    coalesce(
        end_line_number,
        lead(line_number) over (partition by {{ key }}, end_line_number is null order by line_number),
        {{ no_last_line() }}
    )
{%- endmacro %}

{# Spans with the place of each line in them: from their first line up to, and without, their last. Places count the lines
   of a key from 1; joined on key and place, the work is that of the pairs found, and not of all lines times all spans. #}
{% macro spans_by_place(spans, lines, keys) -%}
    (
        select
            {{ spans }}.*,
            {{ each_whole_number('coalesce(line_before.place, 0) + 1', 'coalesce(line_inside.place, 0)') }} as place
        from {{ spans }}
        {{ latest_before(spans, lines, keys, at='first_line_number - 1', alias='line_before', kind='left') }}
        {{ latest_before(spans, lines, keys, at='last_line_number - 1', alias='line_inside', kind='left') }}
    )
{%- endmacro %}
