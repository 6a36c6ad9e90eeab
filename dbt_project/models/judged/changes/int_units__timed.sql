{# Every timed execution of a handler, a beat or a sequence: what regression detection compares. #}

with handlers as (
    select
        'handler' as unit_kind,
        handler_id as unit_id,
        session_id,
        handler_execution_id as execution_id,
        duration_ms,
        duration_resolution_ms,
        line_number
    from {{ ref('fct_handler_executions') }}
    where status = 'ok' and duration_ms >= 0 and handler_id is not null
),

beats as (
    select
        'beat' as unit_kind,
        beat_id as unit_id,
        session_id,
        beat_execution_id as execution_id,
        duration_ms,
        duration_resolution_ms,
        line_number
    from {{ ref('fct_beat_executions') }}
    where status = 'completed' and duration_ms >= 0 and beat_id is not null
),

sequences as (
    select
        'sequence' as unit_kind,
        sequence_id as unit_id,
        session_id,
        flow_id as execution_id,
        duration_ms,
        duration_resolution_ms,
        line_number
    from {{ ref('fct_flows') }}
    where status = 'completed' and duration_ms >= 0 and sequence_id is not null
),

final as (
    select * from handlers
    union all
    select * from beats
    union all
    select * from sequences
)

select * from final
