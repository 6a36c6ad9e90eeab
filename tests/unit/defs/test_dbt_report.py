"""What dbt's outcomes become in Dagster."""

import dagster as dg
import pytest

from orchestration.defs.dbt.report import check_result, describe_failures
from orchestration.defs.dbt.runner import NodeOutcome

KEY = dg.AssetCheckKey(dg.AssetKey(["marts", "fct_flows"]), "unique_flow_id")


def outcome(status: str, message: str = "", failures: int | None = None) -> NodeOutcome:
    return NodeOutcome("model.sightline.fct_flows", status, 0.1, message, failures)


def test_a_failed_test_is_an_error_and_says_how_many_rows_failed() -> None:
    result = check_result(KEY, outcome("fail", "Got 3 results", 3))
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.ERROR
    assert result.metadata["found"].value == "3 failing rows"


def test_a_warning_does_not_pass_but_is_no_error() -> None:
    result = check_result(KEY, outcome("warn", failures=1))
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert not outcome("warn").is_failed


@pytest.mark.parametrize("status", ["error", "fail", "skipped", "runtime error"])
def test_what_did_not_work_is_a_failure(status: str) -> None:
    assert outcome(status).is_failed


def test_failures_are_told_shortly_in_one_line() -> None:
    said = describe_failures([outcome("error", "broken\n" * 200)] * 5)
    assert "fct_flows: broken broken" in said
    assert "and 3 more" in said
    assert "\n" not in said
    assert len(said) < 700
