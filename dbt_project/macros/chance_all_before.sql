{# The chance that all of `shown` fall among `before` of `before` + `after`, if which ones show it were dealt out at random:
   C(before, shown) / C(before + after, shown) (hypergeometric; Fisher's exact test with an empty cell, one side). #}
{% macro chance_all_before(shown, before, after) -%}
    round(exp(
        lgamma({{ before }} + 1) - lgamma({{ before }} - {{ shown }} + 1)
        - lgamma({{ before }} + {{ after }} + 1) + lgamma({{ before }} + {{ after }} - {{ shown }} + 1)
    ), 12)
{%- endmacro %}
