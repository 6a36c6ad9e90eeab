{# What int_deviations__collected finds, said in the words of its class, with its place in the code and the exception that
   accepts it. #}

{%- set places = {
    'sequence': 'collected.sequence_name', 'beat': 'collected.beat_number', 'topic': 'collected.topic',
    'handler': 'collected.handler_name', 'expected': 'collected.expected_value', 'observed': 'collected.observed_value'
} %}

with beats as (
    select sequence_key, topic, min(code_file_path) as code_file_path, min(code_line_number) as code_line_number
    from {{ ref('stg_code__beats') }}
    inner join {{ ref('stg_code__beat_handlers') }}
        using (sequence_key, beat_position)
    group by sequence_key, topic
    having count(*) = 1
),

said as (
    select
        collected.* replace (coalesce(collected.severity, classes.severity) as severity),
        {{ filled_words('classes.expected_words', places) }} as expected,
        {{ filled_words('classes.observed_words', places) }} as observed
    from {{ ref('int_deviations__collected') }} as collected
    left join {{ ref('deviation_classes') }} as classes
        on collected.deviation_class = classes.deviation_class and classes.class_kind = 'deviation'
),

identified as (
    select
        {{ stable_id(['found.session_id', 'found.deviation_class', 'found.line_number', 'found.flow_id', 'found.topic', 'found.beat_number', 'found.expected']) }} as deviation_id,
        found.*,
        flows.sequence_key,
        coalesce(beats.code_file_path, handlers.code_file_path) as code_file_path,
        case
            when beats.code_file_path is not null then beats.code_line_number
            else handlers.code_line_number
        end as code_line_number
    from said as found
    left join {{ ref('int_flows__identified') }} as flows
        on found.flow_id = flows.flow_id
    left join beats
        on flows.sequence_key = beats.sequence_key and found.topic = beats.topic
    left join {{ ref('stg_code__handlers') }} as handlers
        on flows.plugin_name = handlers.plugin_name and found.handler_name = handlers.handler_name
),

-- The first exception that holds is the one. A session without a clock cannot show that it is before its last day.
accepted as (
    select
        identified.deviation_id,
        acceptance.acceptance_id,
        acceptance.reason
    from identified
    inner join {{ ref('stg_logs__log_files') }} as file
        on identified.session_id = file.session_id
    inner join {{ ref('int_acceptances__collected') }} as acceptance
        on
            {{ is_accepted_by('identified', 'acceptance') }}
            and (acceptance.accepted_until is null or cast(file.first_emitted_at as date) <= acceptance.accepted_until)
    qualify row_number() over (
        partition by identified.deviation_id order by acceptance.accepted_file_name, acceptance.entry_number
    ) = 1
),

final as (
    select
        identified.deviation_id,
        identified.flow_id,
        identified.session_id,
        identified.deviation_class,
        identified.severity,
        identified.sequence_key,
        identified.sequence_name,
        identified.beat_number,
        identified.topic,
        identified.handler_name,
        identified.code_file_path,
        identified.code_line_number,
        identified.expected,
        identified.observed,
        cast(identified.occurrence_count as bigint) as occurrence_count,
        identified.is_consequence,
        accepted.acceptance_id is not null as is_accepted,
        accepted.acceptance_id,
        accepted.reason as accepted_reason,
        identified.emitted_at,
        identified.log_file_path,
        identified.line_number
    from identified
    left join accepted
        on identified.deviation_id = accepted.deviation_id
)

select * from final
