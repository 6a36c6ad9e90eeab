with detectors as (
    select * from {{ source('measured', 'detectors') }}
),

sessions as (
    select
        anomalies.detector,
        anomalies.session_id,
        count(case when anomalies.severity = 'info' then 1 end) as note_count,
        count(case when anomalies.severity <> 'info' then 1 end) as warning_count,
        bool_or(roster.is_training) as is_training
    from {{ ref('fct_anomalies') }} as anomalies
    inner join {{ ref('int_sessions__rostered') }} as roster
        on anomalies.session_id = roster.session_id
    group by anomalies.detector, anomalies.session_id
),

final as (
    select
        detectors.detector,
        detectors.detector_kind,
        detectors.judged_session_count,
        detectors.training_session_count,
        detectors.stated_rate,
        detectors.smallest_p_value,
        coalesce(sum(sessions.note_count), 0)::bigint as note_count,
        coalesce(sum(sessions.warning_count), 0)::bigint as warning_count,
        count(case when sessions.warning_count > 0 then 1 end) as warned_session_count,
        count(case when sessions.warning_count > 0 and sessions.is_training then 1 end) as warned_training_session_count
    from detectors
    left join sessions
        on detectors.detector = sessions.detector
    group by all
)

select * from final
