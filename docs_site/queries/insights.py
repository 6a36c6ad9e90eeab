"""Recommendations, their evidence and the causes found in a session, for the pages that show them."""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

# The title of a group of errors says more than the class of its symptom.
_RECOMMENDATIONS = """
select r.*, g.title as group_title
from reports.rpt_recommendations r left join reports.rpt_error_groups g using (error_group_id)
order by r.recommendation_number
"""
_EVIDENCE = """
select e.*, s.session_name from reports.rpt_recommendation_evidence e join marts.dim_sessions s using (session_id)
order by e.recommendation_id, e.evidence_number
"""
# Likeliness is rounded to what a reader can use: its last digits move with every session, and its page would with them.
SESSION_CAUSES = """
select c.* exclude (confidence, specificity, harm_seconds, cause_score), round(c.cause_score, 2) as cause_score,
       r.title, r.symptom_kind, g.title as group_title
from reports.rpt_session_causes c
join reports.rpt_recommendations r using (recommendation_id)
left join reports.rpt_error_groups g using (error_group_id)
order by c.session_id, c.cause_number
"""


def load_recommendations(warehouse: Path) -> list[Row]:
    """Return all recommendations in the order of their ranking."""
    return load_rows(warehouse, _RECOMMENDATIONS)


def load_evidence(warehouse: Path) -> dict[str, list[Row]]:
    """Return the evidence lines of each recommendation, in order."""
    return by_key(load_rows(warehouse, _EVIDENCE), "recommendation_id")


def load_session_causes(warehouse: Path) -> dict[str, list[Row]]:
    """Return the causes found in each session, the likeliest first."""
    return by_key(load_rows(warehouse, SESSION_CAUSES), "session_id")
