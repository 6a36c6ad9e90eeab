"""A gate that does not hold ends with exit code 3 and a line per reason; what is accepted or mended breaks none."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.cli import running
from orchestration.cli.app import run_command
from orchestration.cli.gates import hold_gates
from orchestration.domain.errors import GateError, UsageError
from orchestration.domain.severity import SEVERITIES
from orchestration.gates import GATES, Evidence, find_reasons, parse_gates, reason_in_words
from orchestration.settings import Settings, load_settings
from tests.unit.docs_site.recommendation_rows import insert
from tests.unit.docs_site.synthetic_warehouse import empty_home

DEVIATION = {
    "deviation_id": "d1", "session_id": "s1", "flow_id": "f1", "deviation_class": "missing_beat", "severity": "warning",
    "sequence_name": "Order", "beat_number": 2, "topic": "order:take", "handler_name": "take", "expected": "beat 2",
    "observed": "no beat 2", "occurrence_count": 1, "is_consequence": False, "is_accepted": False,
    "log_file_path": "app.log", "line_number": 1204,
}  # fmt: skip
ERROR = {
    "error_id": "e1", "session_id": "s1", "flow_id": "f1", "error_kind": "beat_failed", "severity": "error",
    "sequence_name": "Order", "normalised_message": "no table", "is_consequence": False, "is_accepted": False,
    "log_file_path": "app.log",
    "line_number": 7,
}  # fmt: skip
ANOMALY = {
    "anomaly_id": "a1", "session_id": "s1", "detector": "rate_storm", "anomaly_class": "storm", "severity": "warning",
    "topic": "order:tick", "expected": "at most 3", "observed": "90", "occurrence_count": 90,
    "log_file_path": "app.log", "line_number": 30,
}  # fmt: skip
SLOWER = {
    "regression_id": "a", "unit_kind": "handler", "unit_name": "createNode", "direction": "regression",
    "lifecycle": "new", "change_ms": 49.9, "change_ms_low": 41.9, "change_ms_high": 59.3, "change_per_session_ms": 378,
    "change_pct_low": 40, "good_build": "one", "bad_build": "two",
}  # fmt: skip
DRIFT = {
    "drift_id": "1", "drift_class": "handler_not_declared", "severity": "warning", "handler_name": "stray",
    "declared": "a declaration", "found": "it runs", "is_accepted": False,
}  # fmt: skip
BUDGET = {
    "budget_subject_id": "b", "subject_kind": "handler", "subject_name": "Menu.load", "statistic": "p95",
    "limit_ms": 50.0, "actual_ms": 61.25, "timed_count": 1200, "over_count": 90, "severity": "warning",
    "verdict": "over", "source_key": "budgets.handlers.load.p95_ms", "source_file_path": "sightline.toml",
    "source_line_number": None, "log_file_path": "app.log", "line_number": 88,
}  # fmt: skip
FAILED_CHECK = {
    "table_name": "fct_flows", "check_name": "flows_conform", "severity": "critical", "is_success": False,
    "expected": "all", "observed": "1 of 3 otherwise", "unexpected_count": 1, "examples": ["app.log:3: no end"],
    "things": ["Order"],
}  # fmt: skip
# A row of each gate that breaks it, and the same row as it breaks none.
BREAKING = (
    ("deviations", "marts.fct_flow_deviations", DEVIATION, {"is_accepted": True}),
    ("deviations", "marts.fct_flow_deviations", DEVIATION, {"is_consequence": True}),
    ("deviations", "marts.fct_flow_deviations", DEVIATION, {"deviation_class": "incomplete_flow"}),
    ("deviations", "marts.fct_flow_deviations", DEVIATION, {"severity": "info"}),
    ("errors", "marts.fct_errors", ERROR, {"is_consequence": True}),
    ("errors", "marts.fct_errors", ERROR, {"severity": "warning"}),
    ("errors", "marts.fct_errors", ERROR, {"is_accepted": True}),
    ("anomalies", "marts.fct_anomalies", ANOMALY, {"severity": "info"}),
    ("regressions", "marts.fct_regressions", SLOWER, {"cause_regression_id": "b"}),
    ("regressions", "marts.fct_regressions", SLOWER, {"lifecycle": "ongoing"}),
    ("regressions", "marts.fct_regressions", SLOWER, {"direction": "improvement"}),
    ("drift", "marts.fct_declaration_drift", DRIFT, {"is_accepted": True}),
    ("drift", "marts.fct_declaration_drift", DRIFT, {"severity": "info"}),
    ("budgets", "reports.rpt_budgets", BUDGET, {"verdict": "met"}),
    ("budgets", "reports.rpt_budgets", BUDGET, {"verdict": "too_few"}),
    ("expectations", "quality", FAILED_CHECK, {"is_success": True}),
    ("expectations", "quality", FAILED_CHECK, {"severity": "info"}),
)


@dataclass(frozen=True)
class Place:
    """A home with tables to put rows into."""

    settings: Settings
    warehouse: Path
    quality: Path

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        if table == "quality":
            pq.write_table(pa.Table.from_pylist(list(rows)), self.quality / "expectation_results_marts.parquet")
            return
        with duckdb.connect(str(self.warehouse)) as connection:
            for row in rows:
                insert(connection, table, row)

    def reasons(self, asked: str, logs: list[str] | None = None) -> list[str]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            gate = parse_gates([asked])[0]
            return list(map(reason_in_words, find_reasons(gate, Evidence(connection, self.quality, logs))))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    home = empty_home(folder)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "create schema staging; "
            "create table staging.stg_logs__log_files (log_file_path varchar, duplicate_of_path varchar)"
        )
    pq.write_table(
        pa.Table.from_pylist([FAILED_CHECK | {"is_success": True}]), home.quality / "expectation_results_raw.parquet"
    )
    (folder / "app.log").touch()
    return folder


@pytest.fixture
def place(empty: Path, tmp_path: Path) -> Place:
    folder = shutil.copytree(empty, tmp_path / "home")
    settings = load_settings(None, {"home": folder, "inputs": {"logs": [str(folder / "app.log")]}})
    return Place(settings, folder / "published.duckdb", folder / "quality")


def test_nothing_that_is_accepted_explained_known_or_an_info_breaks_a_gate(place: Place) -> None:
    for _, table, row, change in BREAKING:
        place.put(table, row | change)
    assert {gate: place.reasons(gate) for gate in GATES} == {gate: [] for gate in GATES}


@pytest.mark.parametrize(
    ("gate", "table", "row"), {gate: (gate, table, row) for gate, table, row, _ in BREAKING}.values()
)
def test_a_row_breaks_its_gate_and_no_other(place: Place, gate: str, table: str, row: dict[str, Any]) -> None:
    place.put(table, row)
    assert {name: len(place.reasons(name)) for name in GATES} == {name: int(name == gate) for name in GATES}


def test_every_gate_can_break() -> None:
    assert {gate for gate, *_ in BREAKING} == set(GATES)


def test_a_reason_says_how_grave_what_where_how_often_and_in_which_line(place: Place) -> None:
    later, elsewhere = {"line_number": 2000}, {"session_id": "s2", "log_file_path": "b.log"}
    place.put("marts.fct_flow_deviations", DEVIATION, DEVIATION | later, DEVIATION | elsewhere)
    assert place.reasons("deviations") == [
        "Medium: missing beat: Order, beat 2, order:take, take: expected beat 2, found no beat 2 "
        "(3 times in 2 sessions; app.log, line 1,204)"
    ]
    place.put("marts.fct_regressions", SLOWER)
    assert place.reasons("regressions") == [
        "Medium: slower: handler createNode: 49.9 ms slower from one to two (41.9 to 59.3 ms)"
    ]
    place.put("reports.rpt_budgets", BUDGET)
    assert place.reasons("budgets") == [
        "Medium: over budget: handler Menu.load (p95): 61.2 ms of at most 50.0 ms, over it 90 of 1,200 times; "
        "budgets.handlers.load.p95_ms in sightline.toml (app.log, line 88)"
    ]
    place.put("quality", FAILED_CHECK)
    assert place.reasons("expectations") == [
        "High: flows conform: fct_flows: expected all, found 1 of 3 otherwise, at Order; app.log:3: no end"
    ]


def test_a_severity_leaves_out_what_is_less_severe_and_infos_can_be_asked_for(place: Place) -> None:
    place.put("marts.fct_flow_deviations", *(DEVIATION | {"severity": severity} for severity in SEVERITIES))
    assert [len(place.reasons(f"deviations{asked}")) for asked in (":critical", "", ":warning", ":info")] == [
        1,
        2,
        2,
        3,
    ]
    assert place.reasons("deviations:High") == place.reasons("deviations:critical")


def test_what_took_twice_as_long_is_critical(place: Place) -> None:
    place.put("marts.fct_regressions", SLOWER)
    assert place.reasons("regressions:critical") == []
    place.put("marts.fct_regressions", SLOWER | {"unit_name": "twice", "change_pct_low": 104})
    assert [words.split(":")[0] for words in place.reasons("regressions")] == ["High", "Medium"]


def test_an_error_of_a_failed_flow_is_critical(place: Place) -> None:
    place.put("marts.fct_errors", ERROR)
    assert place.reasons("errors:critical") == []
    place.put("marts.fct_flows", {"flow_id": "f1", "status": "failed"})
    assert len(place.reasons("errors:critical")) == 1


def test_only_the_logs_of_this_run_are_judged(place: Place) -> None:
    place.put("marts.fct_flow_deviations", DEVIATION | {"log_file_path": "last_week.log"})
    hold_gates(parse_gates(["deviations"]), place.settings)
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute("insert into staging.stg_logs__log_files values ('app.log', 'last_week.log')")
    with pytest.raises(GateError, match=r"last_week\.log"):
        hold_gates(parse_gates(["deviations"]), place.settings)


def test_the_lines_are_bounded_and_hostile_text_stays_text(place: Place) -> None:
    rows = [DEVIATION | {"topic": f"\x1b[31mred{number}"} for number in range(60)]
    place.put("marts.fct_flow_deviations", *rows)
    with pytest.raises(GateError) as broken:
        hold_gates(parse_gates(["deviations"]), place.settings)
    lines = str(broken.value).splitlines()
    assert lines[0] == "the gate deviations does not hold: 60 reasons (page Flows)"
    assert len(lines) == 52
    assert lines[-1].strip() == "and 10 more on the page Flows"
    assert "\x1b" not in str(broken.value)


def test_the_command_ends_with_3_after_everything_is_published(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[Path] = []
    monkeypatch.setattr(running, "run_pipeline", lambda settings: ran.append(settings.home))
    place.put("marts.fct_regressions", SLOWER)
    place.put("marts.fct_declaration_drift", DRIFT)
    arguments = ["run", "--logs", place.settings.inputs.logs[0], "--home", str(place.settings.home)]
    assert run_command([*arguments, "--fail-on", "regressions:critical"]) == 0
    assert run_command([*arguments, "--fail-on", "regressions", "--fail-on", "drift"]) == 3
    assert ran == [place.settings.home] * 2
    assert capsys.readouterr().err.splitlines() == [
        "sightline: the gate regressions does not hold: 1 reason (page Regressions)",
        "  Medium: slower: handler createNode: 49.9 ms slower from one to two (41.9 to 59.3 ms)",
        "sightline: the gate drift does not hold: 1 reason (page Drift)",
        "  Medium: handler not declared: stray: declared: a declaration; found: it runs",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("weather", "there is no such gate; known: deviations, errors, anomalies"),
        ("drift:grave", "there is no such severity; known: critical, warning, info"),
        ("drift:", "there is no such severity"),
    ],
)
def test_a_gate_or_severity_nobody_knows_is_wrong_use_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, said: str
) -> None:
    monkeypatch.setattr(running, "run_pipeline", lambda settings: pytest.fail("it ran"))
    assert run_command(["run", "--logs", "app.log", "--fail-on", typed]) == 2
    assert said in capsys.readouterr().err


def test_checks_that_were_never_judged_are_told(place: Place) -> None:
    for path in place.quality.iterdir():
        path.unlink()
    with pytest.raises(UsageError, match="no check was judged yet"):
        place.reasons("expectations")
