"""What the data health page says of checks that failed, and of those that were never made."""

from pathlib import Path

import pyarrow as pa

from docs_site.pages.quality_tables import data_test_table
from docs_site.queries.health import Health, load_data_tests
from orchestration.lake import write_parquet

BROKEN = {
    "test_name": "unique_fct_flows_flow_id", "table_name": "fct_flows", "column_name": "flow_id", "description": None,
    "severity": "error", "is_success": False, "failure_count": 3, "message": "Got 3 results",
}  # fmt: skip
HOLDING = BROKEN | {"test_name": "a_sound_one", "is_success": True, "failure_count": 0, "message": None}


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
