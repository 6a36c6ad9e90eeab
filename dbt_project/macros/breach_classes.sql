{# Which kinds of things can show which breach; a check of expectations/marts/fct_breach_counts.py reads one class or more. #}
{% macro breach_classes() -%}
    {{ return({
        'beat': [
            'failed_flow', 'hung_flow', 'failed_beat', 'missing_beat', 'unexpected_beat', 'repeated_beat',
            'out_of_order_beat', 'no_subscriber', 'no_handler'
        ],
        'sequence': ['nonconforming_flow', 'storm'],
        'handler': ['handler_failed', 'wrong_handler', 'storm'],
        'topic': ['misrouted_topic', 'unrouted_topic', 'unknown_topic', 'blocked_emission', 'storm'],
        'session': ['unusual_session'],
    }) }}
{%- endmacro %}
