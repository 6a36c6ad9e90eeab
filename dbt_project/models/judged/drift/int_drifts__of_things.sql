{# Sequences, beats and handlers whose declaration and whose runs do not agree over all sessions, or which the code lacks. #}

with sequences as (
    select * from {{ ref('dim_sequences') }}
),

flows as (
    select * from {{ ref('fct_flows') }}
    where status <> 'never_started'
),

window_size as (
    select count(*) as session_count from {{ ref('dim_sessions') }}
),

completed as (
    select sequence_id, count(*) as flow_count
    from flows
    where status = 'completed'
    group by sequence_id
),

run_beats as (
    select distinct beat_id from {{ ref('fct_beat_executions') }}
),

executions as (
    select
        handler_id,
        count(*) as execution_count,
        count(distinct session_id) as session_count,
        max(coalesce(started_at, called_at)) as last_seen_at,
        min_by(session_id, (log_file_path, line_number)) as example_session_id,
        min_by(line_number, (log_file_path, line_number)) as example_line_number
    from {{ ref('fct_handler_executions') }}
    group by handler_id
),

handler_beats as (
    select handler_id, min(sequence_name) as sequence_name, min(topic) as topic, min(declaration_file_path) as declaration_file_path
    from {{ ref('dim_beats') }}
    group by handler_id
),

final as (
    select {{ drift(
        drift_class="'sequence_declared_differently'", plugin_name='plugin_name', sequence_name='sequence_name',
        observed_value="distinct_declaration_count || ' different ones in ' || declaration_count || ' files'",
        occurrence_count='0', session_count='0', declaration_file_path='declaration_file_path'
    ) }}
    from sequences
    where distinct_declaration_count > 1
    union all
    select {{ drift(
        drift_class="'sequence_not_declared'", plugin_name='min(plugin_name)', sequence_name='sequence_name',
        occurrence_count='count(*)', session_count='count(distinct session_id)', last_seen_at='max(started_at)',
        example_session_id='min_by(session_id, (log_file_path, line_number))',
        example_line_number='min_by(line_number, (log_file_path, line_number))'
    ) }}
    from flows
    where sequence_id is null and sequence_name is not null and exists (select 1 from sequences)
    group by sequence_name
    union all
    select {{ drift(
        drift_class="'sequence_never_run'", plugin_name='sequences.plugin_name', sequence_name='sequences.sequence_name',
        expected_value='sequences.beat_count', observed_value='window_size.session_count',
        occurrence_count='0', session_count='0', declaration_file_path='sequences.declaration_file_path'
    ) }}
    from sequences
    cross join window_size
    left join flows on sequences.sequence_id = flows.sequence_id
    where flows.flow_id is null and window_size.session_count > 0
    union all
    -- Twenty flows without it say, with 95% confidence, that a flow runs it in fewer than 14% of cases.
    select {{ drift(
        drift_class="'beat_never_run'", severity="case when completed.flow_count >= 20 then 'warning' end",
        plugin_name='sequences.plugin_name', sequence_name='beats.sequence_name', topic='beats.topic',
        handler_name='beats.handler_name', expected_value="beats.beat_number || ' at ' || beats.declaration_json_path",
        observed_value='completed.flow_count', occurrence_count='0', session_count='0',
        declaration_file_path='beats.declaration_file_path'
    ) }}
    from {{ ref('dim_beats') }} as beats
    inner join sequences on beats.sequence_id = sequences.sequence_id
    inner join completed on beats.sequence_id = completed.sequence_id
    left join run_beats on beats.beat_id = run_beats.beat_id
    where run_beats.beat_id is null
    union all
    select {{ drift(
        drift_class="case when handlers.is_declared then 'handler_not_in_code' else 'handler_not_declared' end",
        plugin_name='handlers.plugin_name', sequence_name='beats.sequence_name', topic='beats.topic',
        handler_name='handlers.handler_name', observed_value='handlers.resolution_evidence',
        occurrence_count='coalesce(executions.execution_count, 0)', session_count='coalesce(executions.session_count, 0)',
        last_seen_at='executions.last_seen_at', declaration_file_path='beats.declaration_file_path',
        example_session_id='executions.example_session_id', example_line_number='executions.example_line_number'
    ) }}
    from {{ ref('dim_handlers') }} as handlers
    left join handler_beats as beats on handlers.handler_id = beats.handler_id
    left join executions on handlers.handler_id = executions.handler_id
    where
        (handlers.resolution = 'unresolved' and beats.handler_id is not null and handlers.is_declared)
        or not handlers.is_declared
)

select * from final
