with placed as (
    select * from {{ ref('int_recommendations__placed') }}
),

outcomes as (
    select * from {{ ref('int_outcomes__judged') }}
),

final as (
    select
        placed.recommendation_id,
        cast(row_number() over (
            order by gain_seconds * confidence / effort_hours desc, placed.recommendation_id asc
        ) as bigint) as recommendation_number,
        fix_class,
        symptom_kind,
        symptom_class,
        severity,
        {{ words_of_place('cause_words') }} as title,
        {{ words_of_place('fix_words') }} as fix,
        {{ words_of_place('proof_words') }} as proof,
        expected,
        observed,
        handler_id,
        handler_name,
        plugin_name,
        sequence_id,
        sequence_name,
        beat_number,
        topic,
        error_group_id,
        concat_ws(' > ', sequence_name, 'beat ' || beat_number, topic, handler_name) as causal_path,
        holds_structurally,
        declared_beat_count,
        routed_sequence_names,
        holds_statistically,
        q_value,
        odds_ratio,
        holds_in_time,
        ordered_session_count,
        followed_session_count,
        code_file_path,
        code_line_number,
        session_count,
        cast(occurrence_count as bigint) as occurrence_count,
        gain_seconds,
        confidence,
        effort_hours,
        gain_seconds * confidence / effort_hours as score,
        case when outcomes.fix_outcome = 'fixed' then 'fixed' else placed.outcome end as outcome,
        outcomes.fix_outcome,
        outcomes.cause_change,
        outcomes.opportunity_kind,
        outcomes.before_opportunity_count,
        outcomes.before_occurrence_count,
        outcomes.after_opportunity_count,
        outcomes.after_occurrence_count,
        outcomes.fix_p_value,
        outcomes.cause_changed_at,
        first_seen_at,
        last_seen_at,
        session_id,
        flow_id,
        log_file_path,
        line_number
    from placed
    left join outcomes on placed.recommendation_id = outcomes.recommendation_id
)

select * from final
