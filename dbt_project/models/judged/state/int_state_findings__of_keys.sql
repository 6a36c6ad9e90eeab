{# What does not add up about one handler or one key: a handler declared pure that changes state or publishes (in the logs, in
   its code, or both); keys written by nobody declared, by no visible code, or read by nobody. #}

with pairs as (
    select * from {{ ref('rpt_state_handlers') }}
),

pure_pairs as (
    select * from pairs
    where handler_kind like '%pure%' and (mutation_count > 0 or is_written_in_code)
),

changing as (
    select
        handler_id,
        string_agg(state_key, ', ' order by mutation_count desc, state_key asc) as state_keys,
        sum(mutation_count) as mutation_count,
        max(changing_execution_count) as changing_execution_count,
        bool_or(is_written_in_code) as is_written_in_code,
        max(execution_count) as execution_count
    from pure_pairs
    group by handler_id
),

-- The place to look at: an assignment to the state before a returned object, the nearest line first.
places as (
    select * from pure_pairs
    qualify row_number() over (
        partition by handler_id order by is_written_in_code desc, write_file_path asc nulls last, write_line_number asc
    ) = 1
),

publishing as (
    select
        handler_id,
        string_agg(distinct target_name, ', ' order by target_name) as topics,
        min(code_file_path) as code_file_path,
        min(code_line_number) as code_line_number
    from {{ ref('int_handler_accesses__reached') }}
    where edge_kind = 'publishes'
    group by handler_id
),

findings as (
    select
        case when is_declared then 'write_not_in_code' else 'undeclared_writer' end as finding_class,
        case when is_declared then 'info' else 'warning' end as severity,
        case
            when is_declared
                then 'changed in the logs, though its code names no such key: it comes from a spread, a call or a variable'
            else 'changed by a handler no sequence declares'
        end as observed,
        *
    from pairs
    where mutation_count > 0 and (not is_declared or (is_code_known and not (is_written_in_code or is_returned_in_code)))
    union all
    select 'never_read', 'info', 'written, and read by no function in the scanned code', pairs.*
    from pairs
    inner join {{ ref('rpt_state_keys') }} as keys on pairs.state_key = keys.state_key
    where pairs.mutation_count > 0 and keys.is_never_read
    qualify row_number() over (partition by pairs.state_key order by pairs.mutation_count desc, pairs.handler_id asc) = 1
),

final as (
    select
        'purity_violation' as finding_class,
        case when changing.is_written_in_code or publishing.topics is not null then 'warning' else 'info' end as severity,
        handlers.handler_id,
        cast(null as varchar) as state_key,
        cast(null as varchar) as sequence_name,
        'declared pure, '
        || concat_ws(
            '; ',
            case
                when changing.is_written_in_code then 'changes the state: '
                else 'changes the state by what it returns: '
            end || changing.state_keys,
            'publishes ' || publishing.topics
        ) as observed,
        cast(coalesce(changing.changing_execution_count, 0) as bigint) as occurrence_count,
        cast(coalesce(changing.execution_count, 0) as bigint) as case_count,
        places.example_session_id as session_id,
        places.log_file_path,
        places.line_number,
        coalesce(places.write_file_path, publishing.code_file_path, handlers.code_file_path) as code_file_path,
        coalesce(places.write_line_number, publishing.code_line_number, handlers.code_line_number) as code_line_number
    from {{ ref('dim_handlers') }} as handlers
    left join changing on handlers.handler_id = changing.handler_id
    left join places on handlers.handler_id = places.handler_id
    left join publishing on handlers.handler_id = publishing.handler_id
    where
        handlers.handler_kind like '%pure%'
        and (changing.handler_id is not null or publishing.handler_id is not null)
    union all
    select
        finding_class, severity, handler_id, state_key, null, observed, changing_execution_count, execution_count,
        example_session_id, log_file_path, line_number, write_file_path, write_line_number
    from findings
)

select * from final
