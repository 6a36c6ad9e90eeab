"""The gates on a real warehouse: each can be asked, and says no more and no less than the tables do."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.gates import GATES, Evidence, find_reasons, parse_gates, reason_in_words

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

COUNTED = {
    "deviations": "select sum(occurrence_count) from marts.fct_flow_deviations "
    "where severity <> 'info' and not is_accepted and not is_consequence "
    "and deviation_class not in ('incomplete_flow', 'never_started_flow')",
    "errors": "select count(*) from marts.fct_errors where severity = 'error' and not is_consequence",
    "anomalies": "select sum(occurrence_count) from marts.fct_anomalies where severity <> 'info'",
}


@pytest.fixture(scope="module")
def evidence(corpus_home: Path) -> Iterator[Evidence]:
    with duckdb.connect(str(corpus_home / "warehouse.duckdb"), read_only=True) as connection:
        yield Evidence(connection, corpus_home / "quality")


@pytest.mark.parametrize("gate", sorted(COUNTED))
def test_the_reasons_of_a_gate_hold_all_occurrences_once_each_with_a_line(evidence: Evidence, gate: str) -> None:
    reasons = find_reasons(*parse_gates([gate]), evidence)
    (count,) = evidence.connection.execute(COUNTED[gate]).fetchone() or (0,)
    assert sum(reason.occurrence_count or 0 for reason in reasons) == count > 0
    assert all(reason.log_file_path and reason.line_number for reason in reasons)
    assert len({(reason.severity, reason.title) for reason in reasons}) == len(reasons)


def test_the_one_flow_made_to_fail_is_a_critical_deviation_and_its_errors_the_only_critical_errors(
    evidence: Evidence,
) -> None:
    critical = {reason.log_file_path: reason for reason in find_reasons(*parse_gates(["deviations:High"]), evidence)}
    assert "Canvas Component Create, beat 3" in reason_in_words(critical["localhost-1795360913426.log"])
    errors = find_reasons(*parse_gates(["errors:High"]), evidence)
    assert {error.log_file_path for error in errors} == {"localhost-1795360913426.log"}


@pytest.mark.parametrize("gate", sorted(set(GATES) - {"expectations"}))
def test_no_log_no_reason_of_its_own(evidence: Evidence, gate: str) -> None:
    found = find_reasons(*parse_gates([f"{gate}:info"]), Evidence(evidence.connection, evidence.quality, ()))
    assert found == [] or gate in {"regressions", "drift", "budgets"}
