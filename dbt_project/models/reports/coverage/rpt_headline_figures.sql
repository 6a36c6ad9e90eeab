{# Figures people quote, beside the true ones, each difference explained from the data. "How many tests are there?" is answered here. #}

with tests as (
    select * from {{ ref('dim_tests') }}
),

suites as (
    select distinct test_file_path, suite_title from tests where suite_title is not null
),

-- A suite inside suites is written 'outer > inner': each of its beginnings is a suite of its own.
levels as (
    select test_file_path, suite_title, 1 as level_number, split_part(suite_title, ' > ', 1) as suite_path from suites
    union all
    select
        test_file_path, suite_title, 2, split_part(suite_title, ' > ', 1) || ' > ' || split_part(suite_title, ' > ', 2)
    from suites
    where split_part(suite_title, ' > ', 2) <> ''
    union all
    select test_file_path, suite_title, 3, suite_title as suite_path from suites where split_part(suite_title, ' > ', 3) <> ''
),

counts as (
    select
        (select count(*) from tests) as test_count,
        (select count(distinct test_file_path) from tests) as file_count,
        (select count(case when is_skipped then 1 end) from tests) as skipped_count,
        (select count(distinct test_file_path || chr(31) || suite_path) from levels) as suite_count,
        (select count(*) from {{ ref('stg_code__test_results') }}) as reported_count,
        (select count(*) from {{ ref('stg_code__test_results') }} where test_file_path is null) as foreign_count
),

scoped as (
    select count(*) as near_count
    from tests
    where exists (
        select 1 from {{ ref('int_packages__located') }} as packages
        where {{ is_in_folder('tests.test_file_path', 'packages.folder_path') }}
    )
),

counted_tests as (
    select
        1 as figure_number, 'tests and suites together' as figure_title, test_count as true_value,
        'tests in the code (it, test, test functions)' as true_way, test_count + suite_count as naive_value,
        'tests and the suites around them (describe blocks), each as one' as naive_way,
        {{ counted('suite_count', 'suite') }} || ' group tests and test nothing; told by the titles around tests, so an empty one is not counted'
            as difference_reason
    from counts
    union all
    select
        2, 'tests written', test_count - skipped_count, 'tests in the code that are not switched off', test_count,
        'all tests in the code', skipped_count || ' are switched off in the code (skip, todo) and test nothing'
    from counts
    union all
    select
        3, 'tests of the packages', test_count, 'tests in the code (it, test, test functions)', near_count,
        'only the tests inside the packages that hold declared handlers',
        (test_count - near_count) || ' of ' || test_count || ' tests (in ' || {{ counted('file_count', 'file') }}
        || ' in all) stand elsewhere'
    from counts, scoped
    union all
    select
        4, 'tests reported', test_count, 'tests in the code (it, test, test functions)', reported_count,
        'tests the result reports list',
        foreign_count || ' of them are of files that were not scanned; a parametrised test is reported once per case, '
        || 'and a report speaks only of the suites it ran'
    from counts
    where reported_count > 0
),

figures as (
    select * from {{ ref('int_headlines__of_handlers') }}
    union all
    select * from {{ ref('int_headlines__of_sequences') }}
    union all
    select
        'tests' as subject,
        figure_number,
        figure_title,
        'count' as unit,
        cast(true_value as double) as true_value,
        true_way,
        cast(naive_value as double) as naive_value,
        naive_way,
        difference_reason
    from counted_tests
    union all
    select * from {{ ref('int_headlines__of_coverage') }}
),

final as (
    select
        {{ stable_id(['subject', 'figure_title']) }} as headline_figure_id,
        subject,
        figure_title,
        unit,
        true_way,
        naive_way,
        difference_reason,
        cast(figure_number as bigint) as figure_number,
        true_value,
        naive_value,
        naive_value - true_value as difference
    from figures
)

select * from final
