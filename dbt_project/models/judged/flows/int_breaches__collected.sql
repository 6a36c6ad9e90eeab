{# What went otherwise than declared or usual, by the thing it is about: a beat, a sequence, a handler, a topic, a
   request, a session. Beats and sequences are counted by flows, storms and requests by sessions, others one by one. What is accepted or only follows stays out, and so does a flow that the end of its log cut off. #}

with deviations as (
    select * from {{ ref('fct_flow_deviations') }}
    where
        severity in ('warning', 'critical')
        and not is_accepted
        and (not is_consequence or deviation_class = 'failed_flow')
        and deviation_class not in ('incomplete_flow', 'never_started_flow')
),

-- A flow fails with its beat: where that beat may fail, so may the flow.
excused as (
    select distinct flow_id from {{ ref('fct_flow_deviations') }}
    where deviation_class = 'failed_beat' and is_accepted
),

of_deviations as (
    select
        *,
        case
            when deviation_class in ('handler_failed', 'wrong_handler') and handler_name is not null then 'handler'
            when beat_number is not null then 'beat'
            when topic is not null then 'topic'
            when sequence_name is not null then 'sequence'
            else 'request'
        end as thing_kind
    from deviations
    where deviation_class <> 'failed_flow' or flow_id not in (select excused.flow_id from excused)
),

storms as (
    select
        anomaly.*,
        coalesce(rooted.topic, anomaly.topic) as storm_topic,
        coalesce(rooted.sequence_name, anomaly.sequence_name) as storm_sequence_name
    from {{ ref('fct_anomalies') }} as anomaly
    left join {{ ref('int_storms__rooted') }} as rooted on anomaly.anomaly_id = rooted.anomaly_id
    where anomaly.anomaly_class = 'storm' and anomaly.severity in ('warning', 'critical')
),

broken as (
    select
        session_id, deviation_class as breach_class, thing_kind, sequence_name, beat_number, topic, handler_name, flow_id,
        occurrence_count, observed, log_file_path, line_number
    from of_deviations
    union all
    select
        session_id, 'nonconforming_flow', 'sequence', sequence_name, null, null, null, flow_id, 1,
        concat_ws(': ', replace(deviation_class, '_', ' '), nullif(trim(observed), '')), log_file_path, line_number
    from of_deviations
    where flow_id is not null and sequence_name is not null and deviation_class <> 'undeclared_sequence'
    union all
    select
        session_id, 'storm', case when handler_name is not null then 'handler' when storm_topic is null then 'sequence' else 'topic' end,
        storm_sequence_name, null, storm_topic, handler_name, null, occurrence_count, observed || ', ' || expected, log_file_path, line_number
    from storms
    union all
    select
        session_id, 'unusual_session', 'session', sequence_name, beat_number, topic, handler_name, null, 1,
        concat_ws(', ', replace(anomaly_class, '_', ' '), sequence_name, handler_name, topic) || ': ' || observed, log_file_path, line_number
    from {{ ref('fct_anomalies') }}
    where p_value is not null and anomaly_class <> 'storm' and severity in ('warning', 'critical')
),

named as (
    select
        *,
        case thing_kind
            when 'handler' then handler_name
            when 'beat' then coalesce(sequence_name || ', ', '') || 'beat ' || beat_number
            when 'topic' then topic
            when 'sequence' then sequence_name
            when 'request' then left(split_part(regexp_replace(observed, '[0-9]+', '#', 'g'), '. ', 1), 80)
            else session_id
        end as thing_name
    from broken
    union all
    select
        session_id, 'unsuccessful_mount', 'plugin', null, null, null, null, null, 1,
        coalesce(failure_message, 'attempted, not mounted'), log_file_path, line_number,
        plugin_name || ', session ' || regexp_extract(log_file_path, '([^/]+?)(\.[A-Za-z0-9]+)*$', 1)
    from {{ ref('fct_plugin_mounts') }}
    where not is_success
),

final as (
    select
        session_id,
        breach_class,
        thing_kind,
        thing_name,
        min(sequence_name) as sequence_name,
        min(beat_number) as beat_number,
        case
            when breach_class = 'storm' or thing_kind in ('request', 'session') then 1
            when thing_kind in ('beat', 'sequence') then count(distinct coalesce(flow_id, cast(line_number as varchar)))
            else sum(occurrence_count)
        end as breach_count,
        {{ value_at_first('observed', 'line_number') }} as observed,
        min(log_file_path) as log_file_path,
        min(line_number) as line_number
    from named
    group by session_id, breach_class, thing_kind, thing_name
)

select * from final
