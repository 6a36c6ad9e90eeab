{# A sentence of the seed known_fixes with its places filled in; what is not known is called so. #}
{% macro words_of_place(words) -%}
    replace(replace(replace(replace(replace(replace(replace({{ words }},
        '{handlers}', coalesce(handler_name, occurrence_count || ' handlers', 'handlers')),
        '{topics}', coalesce(topic, occurrence_count || ' topics', 'topics')),
        '{handler}', coalesce(handler_name, 'the handler of ' || coalesce(topic, sequence_name, 'an unknown topic'))),
        '{sequence}', coalesce(sequence_name, 'the sequence')),
        '{beat}', coalesce(cast(beat_number as varchar), '?')),
        '{topic}', coalesce(topic, sequence_name, 'its topic')),
        '{expected}', coalesce(expected, 'as declared'))
{%- endmacro %}
