{# Upper bound of the share of sessions that use something, from `used` of `sessions` sessions, 95 % confidence.

   Never seen: the exact one-sided bound 1 - 0.05^(1/n), which the rule of three (3/n) approximates (Hanley and
   Lippman-Hand, 1983). Seen: the upper end of Wilson's score interval (Wilson, 1927). #}
{% macro usage_upper_bound_pct(used, sessions) -%}
    case
        when {{ sessions }} = 0 then 100.0
        when {{ used }} = 0 then 100.0 * (1 - power(0.05, 1.0 / {{ sessions }}))
        else 100.0 * least(
            (
                {{ used }} * 1.0 / {{ sessions }} + 1.92072941 / {{ sessions }}
                + 1.95996398 * sqrt(
                    ({{ used }} * 1.0 / {{ sessions }}) * (1 - {{ used }} * 1.0 / {{ sessions }}) / {{ sessions }}
                    + 0.96036471 / ({{ sessions }} * {{ sessions }})
                )
            ) / (1 + 3.84145882 / {{ sessions }}),
            1
        )
    end
{%- endmacro %}

{% macro usage_lower_bound_pct(used, sessions) -%}
    case
        when {{ sessions }} = 0 or {{ used }} = 0 then 0.0
        else 100.0 * greatest(
            (
                {{ used }} * 1.0 / {{ sessions }} + 1.92072941 / {{ sessions }}
                - 1.95996398 * sqrt(
                    ({{ used }} * 1.0 / {{ sessions }}) * (1 - {{ used }} * 1.0 / {{ sessions }}) / {{ sessions }}
                    + 0.96036471 / ({{ sessions }} * {{ sessions }})
                )
            ) / (1 + 3.84145882 / {{ sessions }}),
            0
        )
    end
{%- endmacro %}
