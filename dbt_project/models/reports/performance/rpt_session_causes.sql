with causes as (
    select * from {{ ref('int_causes__grouped') }}
),

final as (
    select
        {{ stable_id(['recommendation_id', 'session_id']) }} as session_cause_id,
        recommendation_id,
        session_id,
        cast(row_number() over (
            partition by session_id
            order by confidence * specificity * ln(1 + harm_seconds) desc, first_line_number asc, recommendation_id asc
        ) as bigint) as cause_number,
        fix_class,
        fix_place,
        symptom_class,
        sequence_name,
        beat_number,
        topic,
        handler_name,
        observed,
        code_file_path,
        code_line_number,
        symptom_count,
        occurrence_count,
        confidence,
        specificity,
        harm_seconds,
        confidence * specificity * ln(1 + harm_seconds) as cause_score,
        log_file_path,
        line_number
    from causes
)

select * from final
