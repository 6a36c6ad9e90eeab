{# What went wrong in a session, once: what only follows from something else, and what is accepted, stays out. #}

with deviations as (
    select * from {{ ref('fct_flow_deviations') }}
    where severity in ('warning', 'critical') and not is_accepted and not is_consequence
),

-- Failures of handlers and beats are deviations already; here are the errors that are no part of a flow's course.
errors as (
    select * from {{ ref('fct_errors') }}
    where severity = 'error' and not is_consequence and is_accepted is not true
        and error_kind in ('network_failed', 'error_logged')
),

-- One slow handler among many, or one silence while work was under way, is told apart late: what is noted is named.
anomalies as (
    select
        anomaly.* replace (
            coalesce(storm.topic, anomaly.topic) as topic,
            coalesce(storm.sequence_name, anomaly.sequence_name) as sequence_name
        )
    from {{ ref('fct_anomalies') }} as anomaly
    left join {{ ref('int_storms__rooted') }} as storm
        on anomaly.anomaly_id = storm.anomaly_id
    where
        anomaly.severity in ('warning', 'critical')
        or anomaly.anomaly_class in ('slow_handler', 'gap_main_thread_blocked', 'gap_handler_waiting')
),

flows as (
    select flow_id, plugin_name from {{ ref('fct_flows') }}
),

failing_groups as (
    select flow_id, beat_number, min(error_group_id) as error_group_id
    from {{ ref('fct_errors') }}
    where flow_id is not null and not is_consequence and severity = 'error'
    group by flow_id, beat_number
),

united as (
    select
        'deviation' as symptom_kind,
        deviations.deviation_class as symptom_class,
        deviations.deviation_id as source_id,
        deviations.session_id,
        deviations.flow_id,
        deviations.sequence_name,
        deviations.beat_number,
        deviations.topic,
        flows.plugin_name,
        deviations.handler_name,
        deviations.expected,
        deviations.observed,
        failing_groups.error_group_id,
        deviations.occurrence_count,
        cast(null as double) as q_value,
        deviations.code_file_path,
        deviations.code_line_number,
        deviations.emitted_at as detected_at,
        deviations.log_file_path,
        deviations.line_number
    from deviations
    left join flows on deviations.flow_id = flows.flow_id
    left join failing_groups
        on deviations.flow_id = failing_groups.flow_id and deviations.beat_number = failing_groups.beat_number
    union all
    select
        'error', error_kind, error_id, session_id, flow_id, sequence_name, beat_number, topic, plugin_name, handler_name,
        null, message, error_group_id, 1, null, fault_file_path, fault_line_number, emitted_at, log_file_path, line_number
    from errors
    union all
    select
        'anomaly', anomaly_class, anomaly_id, session_id, flow_id, sequence_name, beat_number, topic, plugin_name,
        handler_name, expected, observed, null, occurrence_count, q_value, code_file_path, code_line_number, detected_at,
        log_file_path, line_number
    from anomalies
),

final as (
    select
        {{ stable_id(['united.symptom_kind', 'united.source_id']) }} as symptom_id,
        united.*,
        fixes.fix_class,
        case fixes.place_kind
            when 'handler' then coalesce(united.handler_name, united.topic, united.sequence_name)
            when 'topic' then coalesce(united.topic, united.handler_name, united.sequence_name)
            when 'sequence' then coalesce(united.sequence_name, united.topic)
            when 'group' then coalesce(united.error_group_id, united.observed)
            when 'observed' then united.observed
            else united.session_id
        end as fix_place,
        fixes.place_kind,
        fixes.harm_seconds * coalesce(united.occurrence_count, 1) as harm_seconds,
        fixes.effort_hours,
        fixes.confidence * (1 - coalesce(united.q_value, 0)) as confidence
    from united
    inner join {{ ref('known_fixes') }} as fixes
        on united.symptom_kind = fixes.symptom_kind and united.symptom_class = fixes.symptom_class
)

select * from final
