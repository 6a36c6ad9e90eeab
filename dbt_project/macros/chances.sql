{# Chances of counts: the logarithm of a binomial coefficient, and whole numbers to sum over. #}
{% macro log_choose(n, k) -%}
    (lgamma(({{ n }}) + 1) - lgamma(({{ k }}) + 1) - lgamma(({{ n }}) - ({{ k }}) + 1))
{%- endmacro %}
