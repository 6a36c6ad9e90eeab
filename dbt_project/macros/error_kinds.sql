{# Every kind an error can have (int_errors__collected); an exception can name each of them. #}
{% macro error_kinds() -%}
    {{ return([
        'beat_failed',
        'emission_blocked',
        'error_logged',
        'flow_failed',
        'handler_failed',
        'movement_failed',
        'network_failed',
        'plugin_missing',
        'sequence_missing',
        'topic_unknown',
        'unnamed_error',
        'unnamed_warning',
        'warning_logged'
    ]) }}
{%- endmacro %}
