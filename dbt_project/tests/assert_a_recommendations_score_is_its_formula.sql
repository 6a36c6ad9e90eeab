-- What is shown as a score must follow from the numbers shown beside it, and none of them is beyond its scale.
select recommendation_id
from {{ ref('rpt_recommendations') }}
where
    confidence not between 0 and 1
    or gain_seconds < 0
    or effort_hours <= 0
    or abs(score - gain_seconds * confidence / effort_hours) > 1e-9
    or ordered_session_count > followed_session_count
