{# Every class a disagreement can have; exceptions may name them as they name classes of deviations. #}
{% macro drift_classes() -%}
    {{ return([
        'handler_not_in_code',
        'handler_not_declared',
        'sequence_declared_differently',
        'sequence_not_declared',
        'sequence_never_run',
        'beat_never_run',
        'topic_routed_never_published',
        'topic_published_never_routed',
        'topic_not_in_manifest',
        'route_to_undeclared_sequence',
        'route_not_declared'
    ]) }}
{%- endmacro %}
