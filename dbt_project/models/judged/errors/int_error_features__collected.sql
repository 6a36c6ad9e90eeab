{# What the units have: only what was so before the unit ended, nothing that the failure itself brings about. #}

with units as (
    select distinct unit_kind, scope_id, unit_id, session_id from {{ ref('int_error_units__built') }}
),

flows as (
    select
        flow_id,
        lag(sequence_name) over (partition by session_id order by flow_number) as previous_sequence_name
    from {{ ref('fct_flows') }}
),

beats as (
    select
        beat_execution_id,
        flow_id,
        sequence_name,
        execution_number,
        topic,
        lag(topic) over (partition by flow_id order by execution_number) as previous_topic
    from {{ ref('fct_beat_executions') }}
    where flow_id in (
        select beat.flow_id
        from {{ ref('fct_beat_executions') }} as beat
        inner join units on beat.beat_execution_id = units.unit_id
    )
),

state_keys as (
    select flow_id, regexp_replace(state_word, '^[+~]', '') as state_key, min(execution_number) as execution_number
    from (
        select
            flow.flow_id,
            record.execution_number,
            unnest(string_split(replace(record.state_change, ' ', ','), ',')) as state_word
        from {{ ref('int_records__correlated') }} as record
        inner join {{ ref('fct_flows') }} as flow
            on record.session_id = flow.session_id and record.flow_number = flow.flow_number
        where record.signal = 'state_changed' and flow.flow_id in (select flow_id from beats)
    ) as state_rows
    where state_word not like '-%' and state_word <> ''
    group by flow_id, regexp_replace(state_word, '^[+~]', '')
),

features as (
    {% for feature_kind, column in [('build', 'build'), ('dialect', 'dialect'), ('session', 'session_name')] -%}
    select units.*, '{{ feature_kind }}' as feature_kind, sessions.{{ column }} as feature_value
    from units
    inner join {{ ref('dim_sessions') }} as sessions on units.session_id = sessions.session_id
    {% if feature_kind == 'session' %}where units.unit_kind <> 'session'{% endif %}
    union all
    {% endfor -%}
    select units.*, 'error in the session', errors.error_group_id as feature_value
    from units
    inner join (select distinct session_id, error_group_id from {{ ref('fct_errors') }}) as errors
        on units.session_id = errors.session_id
    where units.unit_kind = 'session'
    union all
    select units.*, 'sequence before', flows.previous_sequence_name
    from units
    left join beats on units.unit_id = beats.beat_execution_id
    inner join flows on coalesce(beats.flow_id, units.unit_id) = flows.flow_id
    union all
    select units.*, 'sequence', beats.sequence_name
    from units inner join beats on units.unit_id = beats.beat_execution_id
    union all
    select units.*, 'beat before', coalesce(beats.previous_topic, 'none')
    from units inner join beats on units.unit_id = beats.beat_execution_id
    -- The same beat before itself is a retry, which the failure brought about.
    where beats.previous_topic is distinct from beats.topic
    union all
    select units.*, 'state key set', state_keys.state_key
    from units
    inner join beats on units.unit_id = beats.beat_execution_id
    inner join state_keys
        on beats.flow_id = state_keys.flow_id and beats.execution_number > state_keys.execution_number
),

final as (
    select * from features
    where feature_value is not null
)

select * from final
