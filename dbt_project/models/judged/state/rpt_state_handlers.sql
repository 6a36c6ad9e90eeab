{# What each handler does to each key: seen in the logs, found in its code, or both. #}

with executions as (
    select handler_id, count(*) as execution_count
    from {{ ref('fct_handler_executions') }}
    where status = 'ok'
    group by handler_id
),

mutations as (
    select
        *,
        row_number() over (partition by handler_id, state_key order by log_file_path, line_number, key_position) as place
    from {{ ref('fct_state_mutations') }}
    where handler_id is not null
),

observed as (
    select
        handler_id,
        max(handler_name) as handler_name,
        max(plugin_name) as plugin_name,
        state_key,
        count(*) filter (where mutation_kind = 'added') as added_count,
        count(*) filter (where mutation_kind = 'updated') as updated_count,
        count(*) filter (where mutation_kind = 'removed') as removed_count,
        count(*) as mutation_count,
        count(distinct handler_execution_id) as changing_execution_count,
        count(distinct session_id) as session_count,
        count(distinct flow_id) as flow_count,
        string_agg(distinct value_type, ', ' order by value_type) as value_types,
        min(mutated_at) as first_seen_at,
        max(mutated_at) as last_seen_at,
        max(case when place = 1 then session_id end) as example_session_id,
        max(case when place = 1 then log_file_path end) as log_file_path,
        max(case when place = 1 then line_number end) as line_number
    from mutations
    group by handler_id, state_key
),

coded as (
    select * from {{ ref('int_state_keys__coded') }}
),

handlers as (
    select * from {{ ref('dim_handlers') }}
),

paired as (
    select
        coalesce(observed.handler_id, coded.handler_id) as handler_id,
        coalesce(observed.state_key, coded.state_key) as state_key,
        observed.* exclude (handler_id, state_key),
        coded.* exclude (handler_id, state_key)
    from observed
    full outer join coded
        on observed.handler_id = coded.handler_id and observed.state_key = coded.state_key
),

final as (
    select
        paired.handler_id,
        coalesce(handlers.handler_name, paired.handler_name) as handler_name,
        coalesce(handlers.plugin_name, paired.plugin_name) as plugin_name,
        handlers.handler_kind,
        coalesce(handlers.is_declared, false) as is_declared,
        handlers.code_file_path is not null as is_code_known,
        paired.state_key,
        coalesce(paired.added_count, 0) as added_count,
        coalesce(paired.updated_count, 0) as updated_count,
        coalesce(paired.removed_count, 0) as removed_count,
        coalesce(paired.mutation_count, 0) as mutation_count,
        coalesce(paired.changing_execution_count, 0) as changing_execution_count,
        coalesce(executions.execution_count, 0) as execution_count,
        coalesce(paired.session_count, 0) as session_count,
        coalesce(paired.flow_count, 0) as flow_count,
        paired.value_types,
        coalesce(paired.is_written_in_code, false) as is_written_in_code,
        coalesce(paired.is_returned_in_code, false) as is_returned_in_code,
        coalesce(paired.is_read_in_code, false) as is_read_in_code,
        paired.write_file_path,
        paired.write_line_number,
        paired.read_file_path,
        paired.read_line_number,
        paired.first_seen_at,
        paired.last_seen_at,
        paired.example_session_id,
        paired.log_file_path,
        paired.line_number
    from paired
    left join handlers on paired.handler_id = handlers.handler_id
    left join executions on paired.handler_id = executions.handler_id
)

select * from final
