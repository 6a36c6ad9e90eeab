{# A fact of a flow is: its end, a beat's topic, a handler's function, a value a handler read. The score is their share. #}

with flows as (
    select * from {{ ref('fct_flows') }}
),

sequences as (
    select sequence_id from {{ ref('dim_sequences') }}
),

parts as (
    select * from {{ ref('int_replay_parts__counted') }}
),

counted as (
    select
        flows.*,
        sequences.sequence_id is not null as is_declared,
        parts.* exclude (flow_id, beat_execution_count),
        1 + parts.beat_execution_count + parts.handler_execution_count + parts.input_count as fact_count,
        cast(parts.is_end_logged as int) + parts.identified_beat_count + parts.located_handler_count
        + parts.known_input_count as known_fact_count
    from flows
    inner join parts
        on flows.flow_id = parts.flow_id
    left join sequences
        on flows.sequence_id = sequences.sequence_id
),

final as (
    select
        flow_id,
        session_id,
        sequence_id,
        sequence_name,
        status as flow_status,
        case
            when not is_declared or beat_execution_count = 0 then 'none'
            when handler_execution_count = 0 or located_handler_count < handler_execution_count then 'structural'
            when unlogged_input_count > 0 then 'stubbed'
            else 'live'
        end as logged_replay_level,
        100.0 * known_fact_count / fact_count as replayability_pct,
        fact_count,
        known_fact_count,
        beat_execution_count,
        handler_execution_count,
        located_handler_count,
        input_count,
        known_input_count,
        cut_input_count,
        hidden_input_count,
        unlogged_input_count,
        {{ missing_fields() }} as missing_fields,
        divergence_class,
        divergence_topic,
        divergence_position,
        started_at,
        log_file_path,
        line_number
    from counted
)

select * from final
