"""Great Expectations' results as asset checks."""

from pathlib import Path

import dagster as dg

from expectations.result import SuiteResult, write_results
from orchestration.defs.home import Home
from orchestration.defs.quality.expectation_checks import check_result, load_results
from orchestration.defs.quality.results import result_file

RESULT = SuiteResult(
    layer="marts",
    suite_name="marts.fct_flows",
    table_name="fct_flows",
    check_name="conformance_rate",
    expectation="ExpectColumnValuesToBeBetween",
    description="Most flows conform.",
    column_name=None,
    severity="critical",
    is_success=False,
    expected="at least 90%",
    observed="40% of 10 flows",
    unexpected_count=6,
    element_count=10,
    examples=("a.log:3: Play",),
    subject="application",
    page="flows.html",
    things=("Play",),
)
KEY = dg.AssetCheckKey(dg.AssetKey(["marts", "fct_flows"]), "conformance_rate")


def test_a_result_keeps_expected_found_and_examples(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_results([RESULT], result_file(home, "marts"))
    result = check_result(KEY, load_results(home, "marts")[("fct_flows", "conformance_rate")], home.site)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert result.metadata["expected"].value == "at least 90%"
    assert result.metadata["found"].value == "40% of 10 flows"
    assert result.metadata["unexpected_count"].value == 6
    assert "examples" in result.metadata
    assert result.metadata["subject"].value == "application"
    assert str(result.metadata["site_page"].value).endswith("/site/flows.html#checks")


def test_only_what_is_critical_is_an_error() -> None:
    row = {"is_success": False, "severity": "warning", "expected": "a", "observed": "b"}
    assert check_result(KEY, row, Path("/site")).severity is dg.AssetCheckSeverity.WARN


def test_before_the_first_judgement_there_are_no_results(tmp_path: Path) -> None:
    assert load_results(Home(tmp_path), "raw") == {}
