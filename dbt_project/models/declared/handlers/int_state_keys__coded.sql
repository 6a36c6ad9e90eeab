{# Keys a handler's code reads, writes and returns, with the nearest place of each. #}

with accesses as (
    select
        *,
        case when edge_kind = 'reads_state' then 'reads' else 'writes' end as access_kind
    from {{ ref('int_handler_accesses__reached') }}
    -- A helper's helper may serve another state: such a read says little about the handler.
    where edge_kind in ('writes_state', 'returns_state') or (edge_kind = 'reads_state' and call_depth <= 1)
),

nearest as (
    select * from accesses
    qualify row_number() over (
        partition by handler_id, target_name, access_kind order by call_depth, code_file_path, code_line_number
    ) = 1
),

final as (
    select
        accesses.handler_id,
        accesses.target_name as state_key,
        bool_or(accesses.edge_kind = 'writes_state') as is_written_in_code,
        bool_or(accesses.edge_kind = 'returns_state') as is_returned_in_code,
        bool_or(accesses.edge_kind = 'reads_state') as is_read_in_code,
        max(case when nearest.access_kind = 'writes' then nearest.code_file_path end) as write_file_path,
        max(case when nearest.access_kind = 'writes' then nearest.code_line_number end) as write_line_number,
        max(case when nearest.access_kind = 'reads' then nearest.code_file_path end) as read_file_path,
        max(case when nearest.access_kind = 'reads' then nearest.code_line_number end) as read_line_number
    from accesses
    inner join nearest
        on accesses.handler_id = nearest.handler_id and accesses.target_name = nearest.target_name
    group by accesses.handler_id, accesses.target_name
)

select * from final
