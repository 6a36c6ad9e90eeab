with evidence as (
    select collected.*
    from {{ ref('int_evidence_lines__collected') }} as collected
    inner join {{ ref('int_recommendations__placed') }} as recommendation
        on collected.recommendation_id = recommendation.recommendation_id
    -- One session tells one story; an execution is compared with those of any session.
    where
        collected.session_id = recommendation.session_id
        or recommendation.symptom_kind in ('performance', 'coverage', 'regression', 'state')
),

-- Two lines of the cause, then what followed, then more of the cause: at most five.
chosen as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by recommendation_id, evidence_role order by session_id asc, line_number asc, evidence_class asc, observed asc
            ) as role_number
        from evidence
    ) as counted
    qualify
        row_number() over (
            partition by recommendation_id
            order by
                case when evidence_role = 'cause' and role_number <= 2 then 0 when evidence_role = 'cause' then 2 else 1 end,
                role_number asc,
                evidence_role asc
        ) <= 5
),

final as (
    select
        {{ stable_id(
            ['chosen.recommendation_id', 'chosen.evidence_role', 'chosen.evidence_class', 'chosen.session_id',
             'chosen.line_number', 'chosen.observed']
        ) }} as recommendation_evidence_id,
        chosen.recommendation_id,
        cast(row_number() over (
            partition by chosen.recommendation_id
            order by
                case chosen.evidence_role when 'cause' then 0 when 'consequence' then 1 else 2 end,
                chosen.role_number asc
        ) as bigint) as evidence_number,
        chosen.evidence_role,
        chosen.evidence_class,
        chosen.observed,
        chosen.session_id,
        chosen.flow_id,
        session.log_file_path,
        chosen.line_number
    from chosen
    inner join {{ ref('dim_sessions') }} as session on chosen.session_id = session.session_id
)

select * from final
