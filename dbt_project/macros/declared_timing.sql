{# What the declared `timing` of a beat asks for. Words are compared in lower case, with - for _. #}
{% macro timing_word(timing) -%}
    replace(lower(trim({{ timing }})), '_', '-')
{%- endmacro %}

{# Beats that run beside the one before. As orchestration/analysis/conformance/alignment_model.py. #}
{% macro is_parallel_timing(timing) -%}
    coalesce({{ timing_word(timing) }} in ('parallel', 'concurrent', 'simultaneous', 'with-previous'), false)
{%- endmacro %}

{# Beats that wait before they run, however long: a moment, the beat before, a measure, a signal, a given time. #}
{% macro is_waiting_timing(timing) -%}
    coalesce(
        {{ timing_word(timing) }} in (
            'after-beat', 'on-beat', 'next-beat', 'next-measure', 'synchronized', 'synchronised', 'delayed', 'deferred',
            'debounced', 'throttled', 'scheduled'
        )
        or {{ timing_word(timing) }} like 'delay%'
        or {{ timing_word(timing) }} like 'wait%'
        or {{ timing_word(timing) }} like 'after %'
        or {{ timing_word(timing) }} like 'after:%',
        false
    )
{%- endmacro %}
