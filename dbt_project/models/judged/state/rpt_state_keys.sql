with pairs as (
    select
        *,
        mutation_count > 0 or is_written_in_code or is_returned_in_code as is_writer
    from {{ ref('rpt_state_handlers') }}
),

-- Readers need not be handlers: a component or a test double may show what a handler left.
reads as (
    select
        target_name as state_key,
        count(distinct code_file_path || ':' || coalesce(function_line_number, 0)) as reader_function_count
    from {{ ref('fct_code_edges') }}
    where edge_kind = 'reads_state' and not is_test
    group by target_name
),

scanned as (
    select count(*) > 0 as is_code_scanned from {{ ref('dim_code_symbols') }}
),

sequences as (
    select
        state_key,
        count(distinct session_id) as session_count,
        count(distinct flow_id) as flow_count,
        count(distinct sequence_name) as sequence_count
    from {{ ref('fct_state_mutations') }}
    group by state_key
),

keys as (
    select
        state_key,
        sum(mutation_count) as mutation_count,
        sum(added_count) as added_count,
        sum(updated_count) as updated_count,
        sum(removed_count) as removed_count,
        count(*) filter (where is_writer) as writer_count,
        string_agg(handler_name, ', ' order by mutation_count desc, handler_name asc) filter (where is_writer) as writer_names,
        count(*) filter (where is_read_in_code) as reader_count,
        string_agg(handler_name, ', ' order by handler_name) filter (where is_read_in_code) as reader_names,
        count(*) filter (where mutation_count > 0 and not is_declared) as undeclared_writer_count,
        count(*) filter (
            where mutation_count > 0 and is_code_known and not (is_written_in_code or is_returned_in_code)
        ) as unexplained_writer_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from pairs
    group by state_key
),

types as (
    select
        state_key,
        string_agg(distinct value_type, ', ' order by value_type) as value_types,
        bool_or(is_value_cut) as is_value_cut
    from {{ ref('fct_state_mutations') }}
    group by state_key
),

final as (
    select
        {{ stable_id(['keys.state_key']) }} as state_key_id,
        keys.state_key,
        cast(keys.mutation_count as bigint) as mutation_count,
        cast(keys.added_count as bigint) as added_count,
        cast(keys.updated_count as bigint) as updated_count,
        cast(keys.removed_count as bigint) as removed_count,
        keys.writer_count,
        keys.writer_names,
        keys.reader_count,
        keys.reader_names,
        coalesce(reads.reader_function_count, 0) as reader_function_count,
        keys.undeclared_writer_count,
        keys.unexplained_writer_count,
        coalesce(sequences.session_count, 0) as session_count,
        coalesce(sequences.flow_count, 0) as flow_count,
        coalesce(sequences.sequence_count, 0) as sequence_count,
        types.value_types,
        coalesce(types.is_value_cut, false) as is_value_cut,
        scanned.is_code_scanned
        and keys.mutation_count > 0
        and coalesce(reads.reader_function_count, 0) = 0 as is_never_read,
        keys.first_seen_at,
        keys.last_seen_at
    from keys
    cross join scanned
    left join reads on keys.state_key = reads.state_key
    left join sequences on keys.state_key = sequences.state_key
    left join types on keys.state_key = types.state_key
)

select * from final
