"""Reports as files: the form their readers asked for, and the numbers of the marts."""

import json
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from jsonschema import Draft202012Validator

from orchestration.analysis.traces.trace_model import SPAN_KINDS, Mark, MarkKind, SessionTrace, Span
from orchestration.cli.app import run_command
from orchestration.exports.reports import timeline
from tests.timeline_warehouse import write_sample
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, write_home

SCHEMAS = Path(__file__).parent / "schemas"
NAMES = ("<script>alert(1)</script>", "a | b\n# c", "plain")
REPORTS = ("performance", "flows", "coverage", "traceability")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return write_home(tmp_path_factory.mktemp("reports"), NAMES)


def export(folder: Path, *typed: str) -> int:
    return run_command(["export", "report", "--home", str(folder), *typed])


def report(home: Home, name: str) -> tuple[dict[str, Any], str]:
    """Return a report as JSON, which obeys its schema, and as Markdown."""
    folder = home.warehouse.parent
    assert export(folder, name) == 0
    (markdown,) = (folder / "exports" / "reports").glob(f"{name}*.md")
    content = json.loads(markdown.with_suffix(".json").read_text(encoding="utf-8"))
    rules = json.loads((SCHEMAS / f"report_{name}.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(rules).iter_errors(content)] == []
    return content, markdown.read_text(encoding="utf-8")


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_performance_has_every_handler_with_the_numbers_of_its_executions(home: Home) -> None:
    content, markdown = report(home, "performance")
    expected = ask(
        home,
        "select handler_id, count(*), min(duration_ms), max(duration_ms), sum(duration_ms) "
        "from marts.fct_handler_executions group by all order by sum(duration_ms) desc, handler_id",
    )
    found = [
        (one["handlerId"], one["executions"], one["timing"]["min"], one["timing"]["max"], one["totalTime"])
        for one in content["handlers"]
    ]
    assert sorted(found) == sorted(expected)
    assert [row[-1] for row in found] == [row[-1] for row in expected]
    summary = content["summary"]
    assert summary["totalHandlers"] == len(expected)
    assert summary["totalExecutions"] == sum(row[1] for row in expected)
    assert summary["totalTime"] == sum(row[-1] for row in expected)
    most = max(one["timing"]["avg"] for one in content["handlers"])
    assert summary["slowestHandler"] in {one["name"] for one in content["handlers"] if one["timing"]["avg"] == most}
    assert f"- Executions: {summary['totalExecutions']:,}" in markdown


def test_flows_adds_up_and_names_each_discrepancy_with_its_places(home: Home) -> None:
    content, markdown = report(home, "flows")
    ((flows, conforming),) = ask(home, "select count(*), count(*) filter (is_conformant) from marts.fct_flows")
    assert sum(one["flows"] for one in content["sequences"]) == flows
    assert content["summary"]["conformingFlows"] == conforming
    assert all([beat["beat"] for beat in one["beats"]] == [1, 2] for one in content["sequences"])
    ((deviations,),) = ask(home, "select count(*) from reports.rpt_deviations")
    assert len(content["discrepancies"]) == deviations
    assert {one["severity"] for one in content["discrepancies"]} == {"medium"}
    assert "## Discrepancies" in markdown


def test_coverage_counts_each_handler_once(home: Home) -> None:
    content, _ = report(home, "coverage")
    summary = content["summary"]
    kinds = ("executedTested", "executedUntested", "neverExecutedTested", "neverExecutedUntested")
    assert sum(summary[kind] for kind in kinds) == summary["totalHandlers"] == len(content["handlers"])
    assert sum(one["handlers"] for one in content["plugins"]) == summary["totalHandlers"]
    ((executions,),) = ask(home, "select count(*) from marts.fct_handler_executions")
    assert summary["totalExecutions"] == executions


def test_traceability_lists_the_title_of_every_test_that_reaches_a_handler(home: Home) -> None:
    content, markdown = report(home, "traceability")
    titles = ask(home, "select handler_name, test_title from reports.rpt_handler_tests")
    assert sorted((one["name"], test["title"]) for one in content["handlers"] for test in one["tests"]) == sorted(
        titles
    )
    assert content["summary"]["handlersCalledByTests"] == len(content["handlers"])
    assert "Vitest tests (TypeScript)" in markdown
    assert "plain &#62; plain 1 (plain.test.ts:4; its file imports it; passed)" in markdown


def test_a_timeline_has_everything_that_lasted_in_the_order_of_its_start(tmp_path: Path) -> None:
    write_sample(tmp_path, ("<b>red</b>",))
    content, markdown = report(Home(tmp_path / "warehouse.duckdb", tmp_path, tmp_path, tmp_path), "timeline")
    times = [event["time"] for event in content["events"]]
    assert times == sorted(times)
    kinds = {event["details"]["kind"] for event in content["events"]}
    assert {"flow", "beat", "handler", "gap", "error"} <= kinds
    beats = [event for event in content["events"] if event["details"]["kind"] == "beat"]
    failed = [event for event in beats if event["details"]["status"] == "failed"]
    assert ("render", "src/draw.ts:7") in {(event["type"], event["details"].get("source")) for event in failed}
    assert content["sessionStart"] == "2026-11-22T15:00:00.000Z"
    assert content["totalDuration"] == max(event["time"] + event["duration"] for event in content["events"])
    assert "Silent gaps: " in markdown


def test_every_kind_of_a_trace_has_a_type_on_a_timeline() -> None:
    for kind in SPAN_KINDS:
        trace = SessionTrace("s", "s", "s.log", 0.0, (Span(kind, "k", "a", 1.0, 2.0, 2.0, "ok", 1),), ())
        (event,) = timeline.build_report(trace, {})["events"]
        assert event["details"]["kind"] == kind
    for mark in get_args(MarkKind):
        trace = SessionTrace("s", "s", "s.log", 0.0, (), (Mark(mark, "a", 1.0, 1),))
        (event,) = timeline.build_report(trace, {})["events"]
        assert event["details"]["kind"] == mark


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_nothing_says_so_and_is_valid(tmp_path: Path, name: str) -> None:
    content, markdown = report(empty_home(tmp_path), name)
    assert content["window"]["sessions"] == 0
    assert "0 sessions" in markdown


@pytest.mark.parametrize("name", REPORTS)
def test_texts_of_logs_and_code_stay_texts(home: Home, name: str) -> None:
    _, markdown = report(home, name)
    assert "<script" not in markdown
    assert "\n# c" not in markdown


def test_one_format_goes_to_standard_output_and_two_do_not(home: Home, capsysbinary: Any) -> None:
    folder = home.warehouse.parent
    assert export(folder, "coverage", "--format", "json", "--out", "-") == 0
    assert json.loads(capsysbinary.readouterr().out)["summary"]["totalHandlers"] == 6
    assert export(folder, "coverage", "--out", "-") == 2
    assert b"--format md or json" in capsysbinary.readouterr().err


def test_what_does_not_exist_is_wrong_use(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home.warehouse.parent
    assert export(folder, "speed") == 2
    assert "performance, flows, coverage, timeline, traceability" in capsys.readouterr().err
    assert export(folder, "flows", "--format", "csv") == 2
    assert export(folder, "flows", "--session", "one") == 2
    assert export(folder, "timeline", "--session", "nowhere") == 2
