"""What the data health page says of checks that failed, and of those that were never made."""

from pathlib import Path

import duckdb
import pyarrow as pa

from docs_site.html.page import Page
from docs_site.pages.check_section import CheckSections
from docs_site.pages.quality_tables import data_test_table, expectation_table
from docs_site.queries.health import Health, load_checks, load_data_tests
from expectations.result import RESULT_SCHEMA
from orchestration.lake import write_parquet

BROKEN = {
    "test_name": "unique_fct_flows_flow_id", "table_name": "fct_flows", "column_name": "flow_id", "description": None,
    "severity": "error", "is_success": False, "failure_count": 3, "message": "Got 3 results",
}  # fmt: skip
HOLDING = BROKEN | {"test_name": "a_sound_one", "is_success": True, "failure_count": 0, "message": None}
CHECK = {
    "layer": "marts", "suite_name": "marts.fct_flows", "table_name": "fct_flows", "check_name": "no_flow_hangs",
    "expectation": "e", "description": "No flow hangs.", "column_name": None, "severity": "critical",
    "is_success": False, "expected": "no flow", "observed": "1 of 4", "unexpected_count": 1, "element_count": 4,
    "examples": ["logs/a.log:17: Play <b>hangs</b>", "Play was never played"], "subject": "application",
    "page": "flows.html", "things": ["Play"],
}  # fmt: skip
OF_DATA = CHECK | {"check_name": "p", "description": "A flow takes no negative time.", "subject": "data"}


def write_checks(folder: Path, *checks: dict[str, object]) -> Path:
    write_parquet(pa.Table.from_pylist(checks, schema=RESULT_SCHEMA), folder / "expectation_results_marts.parquet")
    return folder


def write_session(folder: Path) -> Path:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_sessions as select 'logs/a.log' as log_file_path, 's1' as session_id"
        )
    return folder / "warehouse.duckdb"


def test_what_a_check_says_of_the_application_is_no_problem_of_the_data(tmp_path: Path) -> None:
    write_checks(tmp_path, CHECK)
    assert load_checks(tmp_path, "data") == []
    assert Health([], load_checks(tmp_path, "data")).problems == []
    write_checks(tmp_path, CHECK, OF_DATA)
    (problem,) = Health([], load_checks(tmp_path, "data")).problems
    assert (problem.tone, problem.headline) == ("critical", "1 check of the data failed")
    assert "failed: High" in expectation_table(load_checks(tmp_path, "data"))


def test_results_that_name_no_subject_are_taken_for_checks_of_the_data(tmp_path: Path) -> None:
    old = {name: value for name, value in CHECK.items() if name not in ("subject", "page", "things")}
    write_parquet(pa.Table.from_pylist([old]), tmp_path / "expectation_results_raw.parquet")
    assert [row["check_name"] for row in load_checks(tmp_path, "data")] == ["no_flow_hangs"]
    assert load_checks(tmp_path, "application") == []


def test_checks_of_the_application_end_the_page_they_are_about_and_lead_to_lines(tmp_path: Path) -> None:
    sections = CheckSections(write_session(tmp_path), write_checks(tmp_path, CHECK, OF_DATA))
    body = sections.added_to(Page("flows.html", "Flows", "Before.\n")).body
    assert body.startswith("Before.\n\n## Checks {#checks}")
    assert "1 check, 1 failed." in body
    assert '<a href="lines/s1.html#L17">logs/a.log:17</a> Play &lt;b&gt;hangs&lt;/b&gt;' in body
    assert "Play was never played" in body
    assert "negative time" not in body
    other = Page("errors.html", "Errors", "Nothing.")
    assert sections.added_to(other) == other


def test_a_data_test_that_fails_is_shown_and_is_a_problem_of_the_data(tmp_path: Path) -> None:
    write_parquet(pa.Table.from_pylist([HOLDING, BROKEN]), tmp_path / "dbt_test_results.parquet")
    tests = load_data_tests(tmp_path)
    assert [row["test_name"] for row in tests] == ["unique_fct_flows_flow_id", "a_sound_one"]
    table = data_test_table(tests)
    assert "unique fct flows flow id" in table
    assert "a sound one" not in table
    problem = Health([], [], tests).problems[0]
    assert (problem.tone, problem.headline) == ("critical", "1 data test does not hold")


def test_data_tests_that_hold_are_counted_and_those_not_run_are_no_success(tmp_path: Path) -> None:
    assert "1 data test checked, and all hold." in data_test_table([HOLDING])
    assert load_data_tests(tmp_path) == []
    assert "No data test was run." in data_test_table([])
    assert Health([], [], [HOLDING]).problems == []


def test_a_moment_that_was_found_is_told_as_how_long_ago_by_the_page(tmp_path: Path) -> None:
    found = "newest log of 2026-11-01 12:00 UTC <b>"
    write_checks(tmp_path, OF_DATA | {"observed": found})
    table = expectation_table(load_checks(tmp_path, "data"))
    assert '<time datetime="2026-11-01T12:00Z" data-ago>2026-11-01 12:00 UTC</time> &lt;b&gt;' in table
