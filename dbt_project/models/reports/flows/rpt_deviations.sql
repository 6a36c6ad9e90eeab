{# Deviations of one class at one place of one sequence: how often, where declared, where in the code, since when. #}

with deviations as (
    select
        *,
        row_number() over (
            partition by deviation_class, severity, sequence_key, sequence_name, beat_number, topic, handler_name,
                is_consequence, acceptance_id
            order by log_file_path, line_number
        ) as example_number
    from {{ ref('fct_flow_deviations') }}
),

grouped as (
    select
        deviation_class,
        severity,
        sequence_key,
        sequence_name,
        beat_number,
        topic,
        handler_name,
        is_consequence,
        is_accepted,
        acceptance_id,
        min(accepted_reason) as accepted_reason,
        count(*) as deviation_count,
        cast(sum(occurrence_count) as bigint) as occurrence_count,
        count(distinct flow_id) as deviating_flow_count,
        count(distinct session_id) as session_count,
        min(emitted_at) as first_seen_at,
        max(emitted_at) as last_seen_at,
        min(code_file_path) as code_file_path,
        min(code_line_number) as code_line_number,
        min(case when example_number = 1 then expected end) as expected,
        min(case when example_number = 1 then observed end) as observed,
        min(case when example_number = 1 then flow_id end) as example_flow_id,
        min(case when example_number = 1 then session_id end) as example_session_id,
        min(case when example_number = 1 then line_number end) as example_line_number
    from deviations
    group by
        deviation_class, severity, sequence_key, sequence_name, beat_number, topic, handler_name, is_consequence,
        is_accepted, acceptance_id
),

sequences as (
    select * from {{ ref('dim_sequences') }}
),

-- Where a sequence declares a topic twice the number of the beat decides.
beats as (
    select
        sequence_id,
        topic,
        beat_number,
        declaration_json_path,
        count(*) over (partition by sequence_id, topic) as place_count
    from {{ ref('dim_beats') }}
    where topic is not null
),

routes as (
    select topic, min(declaration_file_path) as declaration_file_path
    from {{ ref('dim_topic_routes') }}
    group by topic
),

flows as (
    select sequence_id, count(*) as flow_count
    from {{ ref('fct_flows') }}
    where sequence_id is not null
    group by sequence_id
),

final as (
    select
        {{ stable_id(['grouped.deviation_class', 'grouped.severity', 'coalesce(grouped.sequence_key, grouped.sequence_name)', 'grouped.beat_number', 'grouped.topic', 'grouped.handler_name', 'grouped.is_consequence', 'grouped.acceptance_id']) }} as deviation_group_id,
        grouped.* exclude (sequence_key),
        sequences.sequence_id,
        coalesce(flows.flow_count, 0) as flow_count,
        100.0 * grouped.deviating_flow_count / nullif(flows.flow_count, 0) as deviating_pct,
        coalesce(sequences.declaration_file_path, case when grouped.sequence_name is null then routes.declaration_file_path end)
            as declaration_file_path,
        coalesce(beats.declaration_json_path, case when sequences.sequence_id is not null then '$' end)
            as declaration_json_path
    from grouped
    left join sequences on grouped.sequence_key = sequences.sequence_key
    left join flows on sequences.sequence_id = flows.sequence_id
    left join routes on grouped.topic = routes.topic
    left join beats
        on
            sequences.sequence_id = beats.sequence_id
            and grouped.topic = beats.topic
            and (beats.place_count = 1 or beats.beat_number = grouped.beat_number)
    qualify row_number() over (partition by deviation_group_id order by beats.declaration_json_path) = 1
)

select * from final
