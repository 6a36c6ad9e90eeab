{# Tests in the code with what a result report last said of them. #}

with tests as (
    select
        *,
        row_number() over (
            partition by test_file_path, code_line_number, suite_title, test_title order by is_skipped
        ) as place_on_line
    from {{ source('code', 'code_tests') }}
),

results as (
    select
        test_file_path,
        test_title,
        -- The worst of several reports counts: a test that failed anywhere failed.
        case
            when bool_or(test_status = 'failed') then 'failed'
            when bool_or(test_status = 'passed') then 'passed'
            else 'skipped'
        end as last_status,
        max(duration_ms) as duration_ms
    from {{ ref('stg_code__test_results') }}
    where test_file_path is not null
    group by test_file_path, test_title
),

final as (
    select
        {{ stable_id(['tests.test_file_path', 'tests.code_line_number', 'tests.suite_title', 'tests.test_title', 'tests.place_on_line']) }} as test_id,
        tests.test_file_path,
        tests.code_line_number,
        tests.suite_title,
        tests.test_title,
        tests.is_skipped,
        coalesce(full_match.last_status, short_match.last_status) as last_status,
        coalesce(full_match.duration_ms, short_match.duration_ms) as duration_ms,
        tests.code_end_line_number,
        files.language,
        files.test_framework
    from tests
    left join {{ ref('dim_source_files') }} as files
        on tests.test_file_path = files.code_file_path
    -- Reports name a test with its suites or without them.
    left join results as full_match
        on
            tests.test_file_path = full_match.test_file_path
            and replace(coalesce(tests.suite_title || ' ', '') || tests.test_title, ' > ', ' ')
            = replace(full_match.test_title, ' > ', ' ')
    left join results as short_match
        on tests.test_file_path = short_match.test_file_path and tests.test_title = short_match.test_title
)

select * from final
