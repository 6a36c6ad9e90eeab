{# Whether an exception speaks of a deviation: its class, its sequence by name or id, its beat by number or its topic. #}
{% macro is_accepted_by(deviation, acceptance) -%}
    ({{ acceptance }}.deviation_class in ({{ deviation }}.deviation_class, '*'))
    and (
        {{ acceptance }}.sequence_pattern = '*'
        or {{ matches_pattern(deviation ~ '.sequence_name', acceptance ~ '.sequence_pattern') }}
        or {{ matches_pattern(deviation ~ '.sequence_key', acceptance ~ '.sequence_pattern') }}
    )
    and (
        {{ acceptance }}.place_pattern = '*'
        or coalesce(cast({{ deviation }}.beat_number as varchar) = {{ acceptance }}.place_pattern, false)
        or {{ matches_pattern(deviation ~ '.topic', acceptance ~ '.place_pattern') }}
    )
{%- endmacro %}
