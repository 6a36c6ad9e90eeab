"""Regressions: the flag people act on is a new one that no other change explains; and the method keeps its word."""

from expectations.plausible import BETWEEN, NOT_IN_SET
from expectations.suite import Check, Frame, Suite

_LABEL = "unit_kind || ' ' || unit_name || ': ' || round(change_ms, 1) || ' ms' as label"

STATES = Frame(
    f"""
    select
        case when direction = 'regression' and cause_regression_id is null then lifecycle else 'explained' end as state,
        {_LABEL}
    from marts.fct_regressions order by change_per_session_ms desc, regression_id
    """
)

RATES = Frame(f"select false_discovery_rate, {_LABEL} from marts.fct_regressions order by regression_id")

SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_regressions",
    noun="changes",
    checks=(
        Check(
            name="nothing_became_slower",
            severity="warning",
            page="regressions.html",
            description="Nothing became slower in the newest build or sessions.",
            why="A new regression is cheapest to undo now: the suspect commits are few and known.",
            frame=STATES,
            expectation=NOT_IN_SET,
            columns=("state",),
            arguments={"value_set": ["new"]},
            expected="no new regression",
        ),
        Check(
            name="false_discovery_rate_is_small",
            severity="critical",
            description="A reported change has a false discovery rate of at most 0.5%.",
            why="A change above it was reported by mistake, and the count of false alarms promised does not hold.",
            frame=RATES,
            expectation=BETWEEN,
            columns=("false_discovery_rate",),
            arguments={"min_value": 0, "max_value": 0.005},
            expected="{min_value} to {max_value}",
        ),
    ),
)
