{# What engines spell differently, in one place. A second engine overrides these and nothing else. #}

{% macro value_at_first(value, position) -%}
    arg_min({{ value }}, {{ position }})
{%- endmacro %}

{% macro value_at_last(value, position) -%}
    arg_max({{ value }}, {{ position }})
{%- endmacro %}

{% macro milliseconds_between(earlier, later) -%}
    cast(date_diff('millisecond', {{ earlier }}, {{ later }}) as double)
{%- endmacro %}

{# Linear interpolation between closest ranks (type 7 of Hyndman and Fan, 1996), as numpy's default. #}
{% macro percentile(value, fraction) -%}
    quantile_cont({{ value }}, {{ fraction }})
{%- endmacro %}

{% macro parquet_files(table_name) -%}
    read_parquet('{{ env_var("SIGHTLINE_LAKE", ".sightline/lake") }}/raw/{{ table_name }}/**/*.parquet', union_by_name = true)
{%- endmacro %}

{# The folder a path lies in; '' for the root. #}
{% macro folder_of(path) -%}
    regexp_replace({{ path }}, '/?[^/]*$', '')
{%- endmacro %}

{# Whether `path` lies in `folder`; '' is the root. #}
{% macro is_in_folder(path, folder) -%}
    ({{ folder }} = '' or substring({{ path }}, 1, length({{ folder }}) + 1) = {{ folder }} || '/')
{%- endmacro %}

{# The part of a dotted name after its last dot. #}
{% macro last_name(dotted) -%}
    regexp_replace({{ dotted }}, '^.*[.]', '')
{%- endmacro %}

{# A glob holds for a whole path or for the file name alone. #}
{% macro matches_glob(path, pattern) -%}
    ({{ path }} glob {{ pattern }} or regexp_extract({{ path }}, '[^/]*$') glob {{ pattern }})
{%- endmacro %}

{# A moment as whole microseconds since 1970; a duration in milliseconds as whole microseconds. Sums of these are exact. #}
{% macro microseconds_of(moment) -%}
    epoch_us({{ moment }})
{%- endmacro %}

{% macro milliseconds_to_microseconds(duration) -%}
    cast(round(({{ duration }}) * 1000) as bigint)
{%- endmacro %}

{% macro moment_of_microseconds(microseconds) -%}
    to_timestamp({{ microseconds }} / 1000000.0)
{%- endmacro %}

{# A row per whole number from the first to the last. #}
{% macro each_whole_number(first, last) -%}
    unnest(range({{ first }}, {{ last }} + 1))
{%- endmacro %}
