{# Where declarations disagree with the code, with each other, or with production. #}

{%- set places = {'handler': 'drifts.handler_name', 'expected': 'drifts.expected_value', 'observed': 'drifts.observed_value'} %}

with drifts as (
    select * from {{ ref('int_drifts__of_things') }}
    union all
    select * from {{ ref('int_drifts__of_topics') }}
),

said as (
    select
        drifts.* replace (coalesce(drifts.severity, classes.severity) as severity),
        {{ filled_words('classes.expected_words', places) }} as declared,
        {{ filled_words('classes.observed_words', places) }} as found
    from drifts
    left join {{ ref('deviation_classes') }} as classes
        on drifts.drift_class = classes.deviation_class and classes.class_kind = 'drift'
),

identified as (
    select
        {{ stable_id(['drift_class', 'plugin_name', 'sequence_name', 'topic', 'handler_name', 'declared']) }} as drift_id,
        *
    from said
),

-- A topic that no manifest knows or that took another way also deviates, with the line that shows it.
strays as (
    select
        topic,
        min_by(session_id, (log_file_path, line_number)) as session_id,
        min_by(line_number, (log_file_path, line_number)) as line_number
    from {{ ref('fct_flow_deviations') }}
    where deviation_class in ('misrouted_topic', 'unknown_topic') and line_number is not null
    group by topic
),

newest as (
    select max(cast(started_at as date)) as newest_day from {{ ref('dim_sessions') }}
),

accepted as (
    select
        identified.drift_id,
        acceptance.acceptance_id,
        acceptance.reason
    from identified
    cross join newest
    inner join {{ ref('int_acceptances__collected') }} as acceptance
        on
            -- Drift is accepted by its name only: `*` was written for deviations.
            acceptance.deviation_class = identified.drift_class
            and (acceptance.sequence_pattern = '*' or {{ matches_pattern('identified.sequence_name', 'acceptance.sequence_pattern') }})
            and (
                acceptance.place_pattern = '*'
                or {{ matches_pattern('identified.topic', 'acceptance.place_pattern') }}
                or {{ matches_pattern('identified.handler_name', 'acceptance.place_pattern') }}
            )
            and (acceptance.accepted_until is null or newest.newest_day <= acceptance.accepted_until)
    qualify row_number() over (
        partition by identified.drift_id order by acceptance.accepted_file_name, acceptance.entry_number
    ) = 1
),

final as (
    select
        identified.drift_id,
        identified.drift_class,
        identified.severity,
        identified.plugin_name,
        identified.sequence_name,
        identified.topic,
        identified.handler_name,
        identified.declared,
        identified.found,
        cast(identified.occurrence_count as bigint) as occurrence_count,
        cast(identified.session_count as bigint) as session_count,
        identified.last_seen_at,
        identified.declaration_file_path,
        coalesce(identified.example_session_id, strays.session_id) as example_session_id,
        coalesce(identified.example_line_number, strays.line_number) as example_line_number,
        accepted.acceptance_id is not null as is_accepted,
        accepted.acceptance_id,
        accepted.reason as accepted_reason
    from identified
    left join accepted on identified.drift_id = accepted.drift_id
    left join strays
        on identified.topic = strays.topic and identified.drift_class in ('route_not_declared', 'topic_not_in_manifest')
)

select * from final
