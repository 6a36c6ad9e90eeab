with detected as (
    select * from {{ source('measured', 'anomalies') }}
),

flows as (
    select flow_id, sequence_name from {{ ref('fct_flows') }}
),

beats as (
    select
        sequence_name,
        beat_number,
        min(handler_id) as handler_id,
        min(handler_name) as handler_name
    from {{ ref('dim_beats') }}
    group by sequence_name, beat_number
    having count(*) = 1
),

-- A name alone says which handler it is only where one plugin has it.
handlers as (
    select *, count(*) over (partition by handler_name) as namesake_count from {{ ref('dim_handlers') }}
),

sequences as (
    select sequence_name, min(declaration_file_path) as declaration_file_path from {{ ref('dim_sequences') }}
    group by sequence_name
),

routes as (
    select topic, min(declaration_file_path) as declaration_file_path from {{ ref('dim_topic_routes') }}
    group by topic
),

placed as (
    select
        detected.*,
        coalesce(detected.sequence_name, flows.sequence_name) as known_sequence_name,
        coalesce(detected.handler_name, beats.handler_name) as known_handler_name,
        coalesce(handlers.handler_id, case when detected.handler_name is null then beats.handler_id end) as handler_id
    from detected
    left join flows
        on detected.flow_id = flows.flow_id
    left join beats
        on
            coalesce(detected.sequence_name, flows.sequence_name) = beats.sequence_name
            and detected.beat_number = beats.beat_number
    left join handlers
        on
            detected.handler_name = handlers.handler_name
            and (detected.plugin_name = handlers.plugin_name or (detected.plugin_name is null and handlers.namesake_count = 1))
),

final as (
    select
        {{ stable_id([
            'placed.session_id', 'placed.detector', 'placed.anomaly_class', 'placed.sequence_name', 'placed.beat_number',
            'placed.topic', 'placed.plugin_name', 'placed.handler_name', 'placed.line_number', 'placed.observed',
        ]) }} as anomaly_id,
        placed.session_id,
        placed.flow_id,
        placed.detector,
        placed.anomaly_class,
        placed.severity,
        placed.p_value,
        placed.q_value,
        placed.stated_rate,
        case
            when placed.p_value is null then 'declared knowledge: no chance is involved'
            else
                'chance gives as much in ' || case
                    when placed.q_value < 0.000001 then 'less than 1 of 1 000 000'
                    else '1 of ' || cast(round(1 / placed.q_value) as bigint)
                end || ' healthy sessions, judged by ' || placed.training_session_count || ' others'
        end as certainty,
        placed.expected,
        coalesce(nullif(trim(placed.observed), ''), 'the log says no more') as observed,
        placed.known_sequence_name as sequence_name,
        placed.beat_number,
        placed.topic,
        coalesce(placed.plugin_name, known.plugin_name) as plugin_name,
        placed.handler_id,
        placed.known_handler_name as handler_name,
        coalesce(
            placed.code_file_path, known.code_file_path, sequences.declaration_file_path, routes.declaration_file_path
        ) as code_file_path,
        case
            when placed.code_file_path is not null then placed.code_line_number
            else known.code_line_number
        end as code_line_number,
        placed.occurrence_count,
        placed.training_session_count,
        placed.detected_at,
        placed.log_file_path,
        placed.line_number
    from placed
    left join {{ ref('dim_handlers') }} as known
        on placed.handler_id = known.handler_id
    left join sequences
        on placed.known_sequence_name = sequences.sequence_name
    left join routes
        on placed.topic = routes.topic
)

select * from final
