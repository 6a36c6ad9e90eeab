{# Whether an exception speaks of a deviation: its class, its sequence by name or id, its beat by number or its topic. #}
{% macro is_accepted_by(deviation, acceptance) -%}
    ({{ acceptance }}.deviation_class in ({{ deviation }}.deviation_class, '*'))
    and (
        {{ acceptance }}.sequence_pattern = '*'
        or coalesce({{ deviation }}.sequence_name glob {{ acceptance }}.sequence_pattern, false)
        or coalesce({{ deviation }}.sequence_key glob {{ acceptance }}.sequence_pattern, false)
    )
    and (
        {{ acceptance }}.place_pattern = '*'
        or coalesce(cast({{ deviation }}.beat_number as varchar) = {{ acceptance }}.place_pattern, false)
        or coalesce({{ deviation }}.topic glob {{ acceptance }}.place_pattern, false)
    )
{%- endmacro %}
