"""Severities: what was declared keeps its own, what was learnt must fit into the alert budget."""

import numpy as np
import polars as pl
import pytest

from orchestration.analysis.anomalies.model import FINDING_SCHEMA, AnomalyOptions, Kind
from orchestration.analysis.anomalies.verdict import Budget, judge_findings, q_values, read_budget

OPTIONS = AnomalyOptions()


def _findings(p_values: list[float | None], test_count: int, declared: str | None = None) -> pl.DataFrame:
    rows = [
        {"session_id": "s", "detector": "any", "p_value": p_value, "test_count": test_count,
         "declared_severity": declared}
        for p_value in p_values
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=FINDING_SCHEMA)


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg() -> None:
    # The example of Benjamini and Hochberg (1995), section 3.3: at 0.05 the first four of fifteen are rejected.
    listed = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
              0.7590, 1.0]  # fmt: skip
    adjusted = q_values(np.array(listed), 15)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[0] == pytest.approx(0.0015)
    assert list(adjusted) == sorted(adjusted)


def test_tests_that_found_nothing_count_too() -> None:
    assert q_values(np.array([0.001]), 20)[0] == pytest.approx(0.02)


def test_findings_of_one_test_share_their_p_value() -> None:
    assert list(q_values(np.array([0.03, 0.03, 0.03]), 1)) == [0.03, 0.03, 0.03]


def test_declared_findings_keep_their_severity_and_need_no_p_value() -> None:
    (row,) = judge_findings(_findings([None], 1, "critical"), 0.0, OPTIONS).to_dicts()
    assert (row["severity"], row["q_value"], row["stated_rate"]) == ("critical", None, None)


@pytest.mark.parametrize(("p_value", "severities"), [(0.0004, ["warning"]), (0.004, ["info"]), (0.006, [])])
def test_a_learnt_finding_warns_within_the_stated_rate_and_is_noted_within_one_in_twenty(
    p_value: float, severities: list[str]
) -> None:
    assert list(judge_findings(_findings([p_value], 10), 0.005, OPTIONS)["severity"]) == severities


def test_the_budget_is_per_thousand_flows() -> None:
    assert read_budget(4000, 100, OPTIONS).warnings_per_session == pytest.approx(0.04)
    assert read_budget(0, 0, OPTIONS).warnings_per_session == pytest.approx(0.001)


@pytest.mark.parametrize(("training_count", "ranking", "tail"), [(30, 0.004, 0.01), (300, 0.004, 0.004)])
def test_what_ranking_detectors_cannot_spend_goes_to_the_others(
    training_count: int, ranking: float, tail: float
) -> None:
    budget = Budget(0.04, ranking_count=6, tail_count=4)
    assert budget.stated_rate(Kind.RANKING, training_count) == pytest.approx(ranking)
    assert budget.stated_rate(Kind.TAIL, training_count) == pytest.approx(tail)
    assert budget.stated_rate(Kind.DECLARED, training_count) == 0.0
