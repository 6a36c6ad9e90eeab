{# Every function outside tests: how complex, how often changed, who calls it, how often it runs, how far tests run it. #}

with symbols as (
    select * from {{ ref('dim_code_symbols') }}
    where complexity is not null and not is_test
),

files as (
    select code_file_path, language, commit_count from {{ ref('dim_source_files') }}
),

calls as (
    select
        target_file_path,
        target_line_number,
        count(distinct case when not is_test then code_file_path || ':' || coalesce(function_line_number, 0) end) as caller_count,
        count(distinct case when is_test then code_file_path end) as test_file_count
    from {{ ref('fct_code_edges') }}
    where edge_kind = 'calls'
    group by target_file_path, target_line_number
),

handlers as (
    select handler_id, count(*) as execution_count
    from {{ ref('fct_handler_executions') }}
    group by handler_id
),

-- What is declared inside a function is reached with it.
reaching as (
    select distinct symbols.code_symbol_id, functions.handler_id
    from {{ ref('int_functions__reached') }} as functions
    inner join symbols
        on
            functions.code_file_path = symbols.code_file_path
            and symbols.code_line_number >= functions.code_line_number
            and symbols.code_end_line_number <= functions.code_end_line_number
            and (
                functions.call_depth > 0
                or symbols.code_line_number > functions.code_line_number
                or symbols.code_end_line_number < functions.code_end_line_number
            )
),

reached as (
    select
        reaching.code_symbol_id,
        count(*) as reaching_handler_count,
        cast(sum(coalesce(handlers.execution_count, 0)) as bigint) as reached_execution_count
    from reaching
    left join handlers
        on reaching.handler_id = handlers.handler_id
    group by reaching.code_symbol_id
),

joined as (
    select
        symbols.*,
        files.language,
        files.commit_count,
        executed.handler_count,
        coalesce(calls.caller_count, 0) as caller_count,
        coalesce(calls.test_file_count, 0) as test_file_count,
        coalesce(reached.reaching_handler_count, 0) as reaching_handler_count,
        executed.execution_count,
        reached.reached_execution_count,
        100.0 * symbols.covered_line_count / nullif(symbols.executable_line_count, 0) as line_coverage_pct
    from symbols
    left join files on symbols.code_file_path = files.code_file_path
    left join {{ ref('int_functions__executed') }} as executed
        on symbols.code_file_path = executed.code_file_path and symbols.code_line_number = executed.code_line_number
    left join calls
        on symbols.code_file_path = calls.target_file_path and symbols.code_line_number = calls.target_line_number
    left join reached on symbols.code_symbol_id = reached.code_symbol_id
),

final as (
    select
        code_symbol_id,
        code_function_name,
        enclosing_symbol,
        language,
        code_file_path,
        code_line_number,
        code_end_line_number,
        line_count,
        complexity,
        coalesce(handler_count, 0) as handler_count,
        caller_count,
        test_file_count,
        -- A call in the code may be made or not, and many times: who reaches a function says that it can run, not how often.
        case
            when execution_count is not null then 'counted'
            when reached_execution_count > 0 then 'reached'
            when reaching_handler_count > 0 then 'not_reached'
            else 'unknown'
        end as execution_evidence,
        execution_count,
        reaching_handler_count,
        reached_execution_count,
        covered_line_count,
        executable_line_count,
        line_coverage_pct,
        commit_count,
        -- complexity x ln(1 + executions) x (1 + commits) x share of lines no test ran.
        complexity * ln(1 + coalesce(execution_count, reached_execution_count)) * (1 + coalesce(commit_count, 0))
        * (1 - coalesce(line_coverage_pct / 100, case when test_file_count > 0 then 1 else 0 end)) as hot_spot_score
    from joined
)

select * from final
