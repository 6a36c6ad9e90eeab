"""Anomalies: the method keeps its word, and unusual sessions are few.

What is unusual and why is in marts.fct_anomalies; which storm or session somebody should look at is judged in
fct_breach_counts.py.
"""

from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite

_LABEL = (
    "concat_ws(', ', anomaly_class, sequence_name, handler_name, topic) || ': expected ' || expected || ', found ' "
    "|| observed as label"
)

P_VALUES = Frame(
    "select p_value, q_value, log_file_path, line_number from marts.fct_anomalies where p_value is not null"
)

FACTS = Frame(
    """
    with sessions as (select count(*) as session_count from marts.dim_sessions),
    warned as (
        select count(distinct session_id) as warned_count from marts.fct_anomalies
        where severity <> 'info' and p_value is not null
    )
    select *, 100.0 * warned_count / nullif(session_count, 0) as warned_pct from sessions, warned
    """
)

SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_anomalies",
    noun="anomalies",
    checks=(
        Check(
            name="p_value_is_a_probability",
            severity="critical",
            description="A p-value lies between 0 and 1.",
            why="A p-value outside is a mistake in a detector, and its warnings mean nothing.",
            frame=P_VALUES,
            expectation=BETWEEN,
            columns=("p_value",),
            arguments={"min_value": 0, "max_value": 1},
            expected="{min_value} to {max_value}",
        ),
        Check(
            name="unusual_sessions_are_few",
            severity="info",
            page="anomalies.html",
            description="In at most 20% of the sessions something learned is worth a warning.",
            why="What every fifth session does is not unusual: the application changed, or what is usual was learned "
            "from other conditions (anomalies.training).",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("warned_pct",),
            arguments={"max_value": 20.0},
            expected="at most {max_value:g}% of all sessions",
            observed="{warned_count:,} of {session_count:,} sessions ({warned_pct:.2f}%)",
            examples=f"""
                select log_file_path, line_number, {_LABEL} from marts.fct_anomalies
                where severity <> 'info' and p_value is not null order by q_value, log_file_path, line_number
            """,
        ),
    ),
)
