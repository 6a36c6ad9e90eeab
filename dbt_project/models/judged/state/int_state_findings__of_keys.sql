{# Keys whose story does not add up: written by nobody declared, by no visible code, or read by nobody. #}

with pairs as (
    select * from {{ ref('rpt_state_handlers') }}
    where mutation_count > 0
),

undeclared as (
    select
        'undeclared_writer' as finding_class,
        'warning' as severity,
        'changed by a handler no sequence declares' as observed,
        *
    from pairs
    where not is_declared
),

unexplained as (
    select
        'write_not_in_code' as finding_class,
        'info' as severity,
        'changed in the logs, though its code names no such key: it comes from a spread, a call or a variable' as observed,
        *
    from pairs
    where is_declared and is_code_known and not (is_written_in_code or is_returned_in_code)
),

unread as (
    select
        'never_read' as finding_class,
        'info' as severity,
        'written, and read by no function in the scanned code' as observed,
        pairs.*
    from pairs
    inner join {{ ref('rpt_state_keys') }} as keys
        on pairs.state_key = keys.state_key
    where keys.is_never_read
    qualify row_number() over (partition by pairs.state_key order by pairs.mutation_count desc, pairs.handler_id asc) = 1
),

final as (
    select
        finding_class,
        severity,
        handler_id,
        state_key,
        cast(null as varchar) as sequence_name,
        observed,
        changing_execution_count as occurrence_count,
        execution_count as case_count,
        example_session_id as session_id,
        log_file_path,
        line_number,
        write_file_path as code_file_path,
        write_line_number as code_line_number
    from (
        select * from undeclared
        union all
        select * from unexplained
        union all
        select * from unread
    ) as findings
)

select * from final
