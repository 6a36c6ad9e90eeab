{# Every class a deviation can have; fct_flow_deviations is tested against the same list. #}
{% macro deviation_classes() -%}
    {{ return([
        'missing_beat',
        'unexpected_beat',
        'repeated_beat',
        'retried_beat',
        'out_of_order_beat',
        'failed_beat',
        'incomplete_beat',
        'no_subscriber',
        'no_handler',
        'wrong_handler',
        'handler_failed',
        'failed_flow',
        'cancelled_flow',
        'hung_flow',
        'incomplete_flow',
        'never_started_flow',
        'unknown_topic',
        'unknown_plugin',
        'unknown_sequence',
        'blocked_emission',
        'undeclared_sequence',
        'misrouted_topic',
        'unrouted_topic',
        'shared_topic'
    ]) }}
{%- endmacro %}
