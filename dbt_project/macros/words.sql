{# Parts of sentences models write for people. #}

{# '1 sequence', '2 sequences'. #}
{% macro counted(number, word, many=none) -%}
    {{ number }} || case when {{ number }} = 1 then ' {{ word }}' else ' {{ many or word ~ "s" }}' end
{%- endmacro %}
