{# Sequences and beats whose declaration and whose runs do not agree over all sessions. #}

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
    select
        sequence_id,
        count(*) as flow_count,
        count(distinct session_id) as session_count,
        max(started_at) as last_seen_at
    from flows
    where status = 'completed'
    group by sequence_id
),

run_beats as (
    select distinct beat_id from {{ ref('fct_beat_executions') }}
),

final as (
    select
        'sequence_declared_differently' as drift_class,
        'warning' as severity,
        plugin_name,
        sequence_name,
        null as topic,
        null as handler_name,
        'one declaration' as declared,
        distinct_declaration_count || ' different ones in ' || declaration_count || ' files' as found,
        0 as occurrence_count,
        0 as session_count,
        cast(null as timestamptz) as last_seen_at,
        declaration_file_path,
        null as example_session_id,
        cast(null as bigint) as example_line_number
    from sequences
    where distinct_declaration_count > 1
    union all
    select
        'sequence_not_declared', 'warning', min(plugin_name), sequence_name, null, null, 'a declared sequence',
        'flows of it ran, no declaration names it', count(*), count(distinct session_id), max(started_at), null,
        min_by(session_id, (log_file_path, line_number)), min_by(line_number, (log_file_path, line_number))
    from flows
    where sequence_id is null and sequence_name is not null and exists (select 1 from sequences)
    group by sequence_name
    union all
    select
        'sequence_never_run', 'info', sequences.plugin_name, sequences.sequence_name, null, null,
        'a sequence of ' || sequences.beat_count || ' beats', 'no flow in ' || window_size.session_count || ' sessions',
        0, 0, null, sequences.declaration_file_path, null, null
    from sequences
    cross join window_size
    left join flows on sequences.sequence_id = flows.sequence_id
    where flows.flow_id is null and window_size.session_count > 0
    union all
    -- Twenty flows without it say, with 95% confidence, that a flow runs it in fewer than 14% of cases.
    select
        'beat_never_run', case when completed.flow_count >= 20 then 'warning' else 'info' end, sequences.plugin_name,
        beats.sequence_name, beats.topic, beats.handler_name, 'beat ' || beats.beat_number || ' at ' || beats.declaration_json_path,
        'not in one of ' || completed.flow_count || ' completed flows', 0, 0, null, beats.declaration_file_path, null, null
    from {{ ref('dim_beats') }} as beats
    inner join sequences on beats.sequence_id = sequences.sequence_id
    inner join completed on beats.sequence_id = completed.sequence_id
    left join run_beats on beats.beat_id = run_beats.beat_id
    where run_beats.beat_id is null
)

select * from final
