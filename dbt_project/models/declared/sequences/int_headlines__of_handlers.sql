{# "How many handlers are there?": what is declared, beside what other ways of counting give, each with the difference. #}

with function_counts as (
    select
        count(*) as function_count,
        count(distinct code_function_name) as name_count,
        count(case when is_exported or symbol_kind = 'method' then 1 end) as visible_count
    from {{ ref('int_functions__packaged') }}
),

pairs as (
    select
        count(*) as pair_count,
        count(distinct handler_name) as name_count,
        count(distinct coalesce(package_name, '') || chr(31) || handler_name) as package_pair_count,
        count(case when resolution = 'ambiguous' then 1 end) as split_count,
        count(case when resolution = 'unresolved' then 1 end) as lost_count
    from {{ ref('stg_code__handlers') }}
),

places as (
    select count(*) as place_count, coalesce(sum(handler_count - 1), 0) as shared_count
    from (
        select count(distinct plugin_name || chr(31) || handler_name) as handler_count
        from {{ ref('stg_code__beat_handlers') }}
        where code_line_number is not null
        group by code_file_path, code_line_number
    ) as functions_of_beats
),

offers as (
    select
        count(distinct code_file_path || ':' || code_line_number) as offered_count,
        count(distinct case when not is_declared then code_file_path || ':' || code_line_number end) as idle_count
    from {{ ref('stg_code__offered_handlers') }}
),

final as (
    select
        1 as figure_number, 'every function of the packages' as figure_title, function_count as naive_value,
        'functions, methods and object members outside tests, in the packages that hold declared handlers' as naive_way,
        'a function is a handler when a beat names it; ' || (function_count - place_count) || ' of these '
        || function_count || ' functions are not' as difference_reason
    from function_counts, places
    union all
    select
        2, 'exported functions and methods', visible_count,
        'those of them an importer sees, and all methods: what a search for "export function" and method heads aims at',
        'being exported is not being declared; a search by text also counts repeats and takes if and catch for methods, '
        || 'which a parser does not'
    from function_counts
    union all
    select
        3, 'names of functions', name_count, 'distinct names of all those functions',
        {{ counted('(function_count - name_count)', 'function') }} || ' more than names: a name another function has too counts once'
    from function_counts
    union all
    select
        4, 'names of handlers', name_count, 'distinct handler names over all declared beats',
        'a name counts once, however many plugins declare a handler of that name: '
        || {{ counted('(pair_count - name_count)', 'handler') }} || ' more than names'
    from pairs
    union all
    select
        5, 'package and name', package_pair_count, 'distinct (package, handler name) over all declared beats',
        'one package may hold several plugins, and logs and declarations speak of plugins: '
        || {{ counted('(pair_count - package_pair_count)', 'handler') }} || ' more than (package, name) pairs'
    from pairs
    union all
    select
        6, 'functions behind the beats', place_count, 'distinct functions the beats lead to, by file and line',
        {{ counted('split_count', 'handler') }} || ' with another function in each sequence, '
        || {{ counted('lost_count', 'handler') }} || ' without a function in the scanned code, '
        || shared_count || ' that share a function with another one'
    from pairs, places
    union all
    select
        7, 'functions on offer', offered_count, 'distinct functions in exported objects called handlers',
        idle_count || ' of them no beat names; of the functions beats name, '
        || greatest(place_count - (offered_count - idle_count), 0) || ' are offered in another way'
    from offers, places
)

select
    'handlers' as subject,
    figure_number,
    figure_title,
    'count' as unit,
    cast(pairs.pair_count as double) as true_value,
    'declared (plugin, handler) pairs' as true_way,
    cast(naive_value as double) as naive_value,
    naive_way,
    difference_reason
from final
cross join pairs
