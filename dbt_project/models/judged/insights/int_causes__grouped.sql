{# Symptoms that one fix in one place would end, per session. #}

with symptoms as (
    select * from {{ ref('int_symptoms__collected') }}
),

sessions as (
    select count(*) as all_session_count from {{ ref('dim_sessions') }}
),

-- The symptom that says most about its cause speaks for it: the surest, then the first.
spoken as (
    select
        *,
        row_number() over (
            partition by session_id, fix_class, fix_place
            order by confidence desc, harm_seconds desc, line_number asc, symptom_id asc
        ) as symptom_number,
        count(*) over (partition by session_id, fix_class, fix_place) as symptom_count,
        sum(occurrence_count) over (partition by session_id, fix_class, fix_place) as cause_occurrence_count,
        -- A service that is away costs its user once, however many lines say so.
        case
            when place_kind = 'group' then max(harm_seconds / coalesce(occurrence_count, 1)) over (partition by session_id, fix_class, fix_place)
            else sum(harm_seconds) over (partition by session_id, fix_class, fix_place)
        end as cause_harm_seconds,
        min(line_number) over (partition by session_id, fix_class, fix_place) as first_line_number
    from symptoms
),

spread as (
    select fix_class, fix_place, count(distinct session_id) as session_count
    from symptoms
    group by fix_class, fix_place
),

final as (
    select
        {{ stable_id(['spoken.fix_class', 'spoken.fix_place']) }} as recommendation_id,
        spoken.session_id,
        spoken.fix_class,
        spoken.fix_place,
        spoken.symptom_id,
        spoken.symptom_kind,
        spoken.symptom_class,
        spoken.flow_id,
        spoken.sequence_name,
        spoken.beat_number,
        spoken.topic,
        spoken.plugin_name,
        spoken.handler_name,
        spoken.expected,
        spoken.observed,
        spoken.error_group_id,
        spoken.code_file_path,
        spoken.code_line_number,
        spoken.detected_at,
        spoken.log_file_path,
        spoken.line_number,
        spoken.first_line_number,
        spoken.symptom_count,
        cast(spoken.cause_occurrence_count as bigint) as occurrence_count,
        spoken.cause_harm_seconds as harm_seconds,
        spoken.effort_hours,
        spoken.confidence,
        spread.session_count,
        -- What every session shows explains none of them (inverse document frequency, Sparck Jones, 1972).
        ln(1 + sessions.all_session_count / spread.session_count) as specificity
    from spoken
    inner join spread on spoken.fix_class = spread.fix_class and spoken.fix_place = spread.fix_place
    cross join sessions
    where spoken.symptom_number = 1
)

select * from final
