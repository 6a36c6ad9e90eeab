{# What engines spell differently, in one place. A second engine overrides these and nothing else. #}

{% macro value_at_first(value, position) -%}
    arg_min({{ value }}, {{ position }})
{%- endmacro %}

{% macro value_at_last(value, position) -%}
    arg_max({{ value }}, {{ position }})
{%- endmacro %}

{# Null where stamps jump back, as they do where an application starts anew: how long it took, nobody knows. #}
{% macro milliseconds_between(earlier, later) -%}
    case when {{ later }} >= {{ earlier }} then cast(date_diff('millisecond', {{ earlier }}, {{ later }}) as double) end
{%- endmacro %}

{# Linear interpolation between closest ranks (type 7 of Hyndman and Fan, 1996), as numpy's default. #}
{% macro percentile(value, fraction) -%}
    quantile_cont({{ value }}, {{ fraction }})
{%- endmacro %}

{% macro parquet_file(path) -%}
    read_parquet('{{ env_var("SIGHTLINE_LAKE", ".sightline/lake") }}/{{ path }}.parquet')
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

{# A pattern as people write it: * for any text, ? for one sign, [abc], [a-z] and [!a] for one of some signs; for the
   whole text. The engine's own glob takes exponential time for many stars, so it is left what has one; the rest is a
   regular expression of RE2, which takes linear time. A range that runs backwards matches nothing. Python's twin is
   fnmatch.fnmatchcase. #}
{% macro matches_pattern(text, pattern) -%}
    coalesce(
        case
            when not regexp_matches({{ pattern }}, '[*].*[*]|[?[\\]', 's') then {{ text }} glob {{ pattern }}
            when regexp_full_match({{ pattern }}, '[*][^*?[\\]+[*]', 's')
                then contains({{ text }}, substring({{ pattern }}, 2, length({{ pattern }}) - 2))
            else try(regexp_full_match({{ text }}, {{ pattern_as_regex(pattern) }}, 's'))
        end,
        false
    )
{%- endmacro %}

{% macro pattern_as_regex(pattern) -%}
    list_aggregate(list_transform(
        regexp_extract_all(regexp_replace({{ pattern }}, '[*]+', '*', 'g'), '\[(?:!?\][^\]]*|![^\]]+|[^!\]][^\]]*)\]|.', 0, 's'),
        lambda part: case
            when part = '*' then '.*'
            when part = '?' then '.'
            when length(part) = 1 then regexp_escape(part)
            when starts_with(part, '[!')
                then '[^' || regexp_replace(substring(part, 3, length(part) - 3), '[\\\[\]^]', '\\\0', 'g') || ']'
            else '[' || regexp_replace(substring(part, 2, length(part) - 2), '[\\\[\]^]', '\\\0', 'g') || ']'
        end
    ), 'string_agg', '')
{%- endmacro %}

{# Such a pattern of paths holds for a whole path or for the file name alone. #}
{% macro matches_glob(path, pattern) -%}
    ({{ matches_pattern(path, pattern) }} or {{ matches_pattern("regexp_extract(" ~ path ~ ", '[^/]*$')", pattern) }})
{%- endmacro %}

{# A sum that is the same in whatever order rows come: of decimals, which add up exactly, as floats do not. #}
{% macro sum_in_any_order(value) -%}
    cast(sum(cast({{ value }} as decimal(34, 6))) as double)
{%- endmacro %}

{# The same, of values too small for decimals: they are added up in one order. #}
{% macro sum_in_order(value, position) -%}
    sum({{ value }} order by {{ position }})
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

{# The latest row of other rows at or before each row's line: one pass over both, however long the session is. #}
{% macro latest_before(rows, others, keys, at='line_number', alias=none, kind='inner') -%}
    {%- set other = alias or others -%}
    asof {{ kind }} join {{ others }}{% if alias %} as {{ alias }}{% endif %}
        on
            {% for key in keys -%}
            {{ rows }}.{{ key }} = {{ other }}.{{ key }} and {% endfor -%}
            {{ rows }}.{{ at }} >= {{ other }}.line_number
{%- endmacro %}
