"""Budgets that an application declares are told by the words of their keys, and nothing else is taken for one."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.code_scan.declared_budgets import DeclaredBudget, find_budgets
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.code_map_tables import DECLARED_BUDGETS
from orchestration.lake import table_folder


def found(value: object) -> list[tuple[str, str, str, float, str]]:
    budgets = find_budgets(json.dumps(value).encode(), "conf.json")
    return [(one.subject_kind, one.name_pattern, one.statistic, one.limit_ms, one.severity) for one in budgets]


@pytest.mark.parametrize(
    ("value", "budget"),
    [
        ({"SequenceExecutionWarningThresholdMs": 100}, ("sequence", "*", "max", 100.0, "warning")),
        ({"slow_handler_ms": 16.5}, ("handler", "*", "max", 16.5, "warning")),
        ({"slo": {"startup": {"p95Seconds": 2}}}, ("start_up", "*", "p95", 2000.0, "warning")),
        ({"start-up-error-budget-ms": 9000}, ("start_up", "*", "max", 9000.0, "critical")),
        ({"budgets": {"handlers": {"createNode": {"p99Ms": 50}}}}, ("handler", "createNode", "p99", 50.0, "warning")),
        ({"sequenceBudgetsMs": {"Place Order": 700}}, ("sequence", "Place Order", "max", 700.0, "warning")),
        ({"thresholds": {"sequence": {"beatMedianMs": 5}}}, ("beat", "*", "median", 5.0, "warning")),
    ],
)
def test_a_key_with_a_limit_a_subject_and_a_unit_is_a_budget(
    value: object, budget: tuple[str, str, str, float, str]
) -> None:
    assert found(value) == [budget]


@pytest.mark.parametrize(
    "value",
    [
        {"InitializationTimeoutMs": 30000},
        {"sequenceThrottleThresholdMs": 16},
        {"dragStepThresholdMs": 4},
        {"sequenceThreshold": 3},
        {"maxSequenceDurationMs": 812},
        {"thresholdMs": 100},
        {"sequenceThresholdMs": 0},
        {"sequenceThresholdMs": -1},
        {"sequenceThresholdMs": "100"},
        {"sequenceThresholdMs": True},
        {"sequenceThresholdMs": None},
        {"sequenceThresholdMs": 10**400},
        [{"sequenceThresholdMs": 100}],
        "sequenceThresholdMs",
    ],
)
def test_what_steers_measures_or_makes_no_sense_is_no_budget(value: object) -> None:
    assert found(value) == []


def test_the_line_is_that_of_the_key_and_comments_are_allowed() -> None:
    text = """// ours
    {
      "note": "\\"sequenceThresholdMs\\": 1",
      "web": { "sequenceThresholdMs": "off" },
      "desk": {
        "sequenceThresholdMs": 250, /* lately */
      },
    }"""
    assert find_budgets(text.encode(), "appsettings.json") == [
        DeclaredBudget("sequence", "*", "max", 250.0, "warning", "appsettings.json", 6, "desk.sequenceThresholdMs")
    ]


@pytest.mark.parametrize("content", [b"", b"threshold {", b"\xff\xfe threshold", b"[" * 9000 + b"threshold"])
def test_files_that_are_no_json_declare_nothing(content: bytes) -> None:
    assert find_budgets(content, "x.json") == []


def test_many_budgets_cost_no_more_each_than_one_and_a_quote_in_a_comment_costs_its_line() -> None:
    handlers = "".join(f'"run{place:c<2}{"q" * place}": {{"maxMs": {place + 1}}}, // say "so\n' for place in range(300))
    budgets = find_budgets(
        f'{{"budgets": {{"handlers": {{\n{handlers}"last": {{"maxMs": 1}}}}}}}}'.encode(), "conf.json"
    )
    assert [one.declaration_line_number for one in budgets] == list(range(2, 303))


def test_a_name_that_is_dear_to_match_is_no_pattern() -> None:
    assert [one[1] for one in found({"handlerBudgetsMs": {"*on*": 5, "*o*n*": 5}})] == ["*on*"]


def test_a_scan_writes_them_unless_it_is_told_not_to_and_passes_over_tests(tmp_path: Path) -> None:
    code, lake = tmp_path / "code", tmp_path / "lake"
    for folder in ("src", "src/tests"):
        (code / folder).mkdir(parents=True)
        (code / folder / "appsettings.json").write_text('{"SlowBeatMs": 40}', encoding="utf-8")
    for reads_budgets, paths in ((True, ["src/appsettings.json"]), (False, [])):
        scan_code([code], [], [], lake, ScanOptions(worker_count=1, reads_budgets=reads_budgets))
        rows = pq.read_table(table_folder(lake, DECLARED_BUDGETS)).to_pylist()
        assert [row["declaration_file_path"] for row in rows] == paths
        assert all((row["budget_number"], row["declaration_line_number"]) == (1, 1) for row in rows)
