{# The coarsest step that explains all durations a session states: a duration is never more exact than this. #}
{% macro clock_resolution(value) -%}
    cast(case
        when count({{ value }}) = 0 then null
        when bool_and(abs({{ value }} - round({{ value }})) < 0.000001) then 1.0
        when bool_and(abs({{ value }} * 10 - round({{ value }} * 10)) < 0.00001) then 0.1
        when bool_and(abs({{ value }} * 100 - round({{ value }} * 100)) < 0.0001) then 0.01
        else 0.001
    end as double)
{%- endmacro %}
