"""Homes whose tables or baselines are not what a command reads: one line with the cause and what to do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.analysis.baselines.baseline_model import FORMAT, VERSION, Baseline, BaselineSession
from orchestration.analysis.baselines.saved_baselines import keep_baseline
from orchestration.cli.app import EXIT_FAILED, EXIT_WRONG_USE, run_command
from orchestration.cli.summary import describe_failed_tests
from orchestration.defs.dbt.project import models_fingerprint
from orchestration.defs.dbt.report import describe_failures, name_some
from orchestration.defs.dbt.runner import NodeOutcome
from orchestration.defs.fingerprint import write_record
from orchestration.defs.home import Home
from orchestration.defs.proving.scratch import remove_left_scratch

READERS: Sequence[Sequence[str]] = (
    ("export", "trace"),
    ("export", "graph"),
    ("export", "lcov"),
    ("export", "findings"),
    ("export", "sarif"),
    ("export", "junit"),
    ("export", "tests"),
    ("export", "replay"),
    ("export", "report", "flows"),
    ("what-if", "Tea Brew", "--without-beat", "1"),
    ("replay",),
    ("baseline", "save", "x"),
)
# By what the home says of itself: the words. Of another version; killed while it was built; damaged.
STATES = {
    "earlier": "its tables were built by another version of Sightline, and have another layout",
    "unfinished": "its tables are not complete: the last run did not finish them",
    "damaged": "its tables cannot be read (",
}


def home_of(folder: Path, state: str) -> Home:
    home = Home(folder / "home")
    home.claim()
    with duckdb.connect(str(home.published)) as connection:
        for schema in ("staging", "intermediate", "marts", "reports"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.fct_flows (of_another_name integer)")
    if state != "earlier":
        write_record(home.records / "models.json", {"fingerprint": models_fingerprint()})
    if state == "damaged":
        write_record(home.records / "warehouse.json", {"fingerprint": "x"})
    return home


@pytest.mark.parametrize(
    ("state", "command"),
    [("earlier", command) for command in READERS]
    + [("unfinished", ("export", "sarif")), ("damaged", ("export", "lcov"))],
)
def test_every_reader_of_the_tables_says_why_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: str, command: Sequence[str]
) -> None:
    home = home_of(tmp_path, state)
    code = run_command([*command, "--home", str(home.path)])
    said = capsys.readouterr()
    assert code == EXIT_FAILED
    (line,) = said.err.splitlines()
    assert line.startswith(f"sightline: {home.path}: {STATES[state]}")
    assert line.endswith("; `sightline run` renews them")


def test_a_home_whose_tables_were_never_published_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = home_of(tmp_path, "damaged")
    home.published.rename(home.warehouse)
    assert run_command(["export", "sarif", "--home", str(home.path)]) == EXIT_WRONG_USE
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"sightline: {home.path}: its last run did not finish")
    assert line.endswith("`sightline run` publishes its tables")


def test_a_damaged_baseline_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = home_of(tmp_path, "earlier")
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    session = BaselineSession("s", "Monday", "a.log", "1.0", moment, None)
    good = Baseline(FORMAT, VERSION, "good", moment, (session,), (), (), (), ())
    for name, content in (("a-cut", b'{"format": "sightline-baseline"'), ("zero", b""), ("odd", b"\xff\x1b[31m")):
        (home.baselines / f"{name}.json").parent.mkdir(exist_ok=True)
        (home.baselines / f"{name}.json").write_bytes(content)
    keep_baseline(home.baselines / "good.json", good)
    code = run_command(["baseline", "list", "--home", str(home.path)])
    said = capsys.readouterr()
    assert code == EXIT_FAILED
    assert said.err == "sightline: 3 of 4 baselines cannot be read; import them again, or delete them\n"
    lines = said.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["a-cut", "good", "odd", "zero"]
    assert lines[1] == "good: 1 sessions of 1.0, 0 handlers timed, saved 2026-03-01 00:00 UTC"
    for line in (lines[0], lines[2], lines[3]):
        assert ": DAMAGED: " in line
        assert line.isprintable()


def outcome(number: int, status: str) -> NodeOutcome:
    kind = "model" if status in ("skipped", "error") else "test"
    message = f"Conversion Error: of {number}" if status == "error" else f"Skipping {number}"
    return NodeOutcome(f"{kind}.sightline.node_{number}", status, 0.1, message, 1)


def test_hundreds_of_failures_are_a_few_names_and_a_count_the_cause_first(tmp_path: Path) -> None:
    tests = [outcome(number, "fail") for number in range(393)]
    assert name_some(tests) == "node_0, node_1, node_2 and 390 more"
    assert name_some(tests[:3]) == "node_0, node_1, node_2"
    words = describe_failures([*(outcome(number, "skipped") for number in range(200)), outcome(200, "error")])
    assert words.startswith("the warehouse could not be built: node_200: Conversion Error: of 200; node_0: Skipping 0")
    assert " and 199 more" in words
    rows = {"test_name": [test.name for test in tests], "failure_count": [2] * 393}
    table = pa.table(rows | {"is_success": [False] * 393, "severity": ["error"] * 393})
    pq.write_table(table, tmp_path / "dbt_test_results.parquet")
    lines = list(describe_failed_tests(tmp_path))
    assert len(lines) == 6
    assert lines[-1] == "IN DOUBT: 388 more tests failed: the data health page has all"


@pytest.mark.parametrize("left", [(), ("lake", "logs"), ("warehouse.duckdb", "logs"), ("dbt",)])
def test_what_a_killed_prove_left_goes_with_the_next_run_and_what_is_not_its_own_stays(
    tmp_path: Path, left: Sequence[str]
) -> None:
    home = home_of(tmp_path, "earlier")
    for name in left:
        place = home.scratch / name if "." in name else home.scratch / name / "made.log"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("password=hunter2", encoding="utf-8")
    home.scratch.mkdir(exist_ok=True)
    remove_left_scratch(home)
    assert not home.scratch.exists()
    (home.scratch / "of-my-own").mkdir(parents=True)
    remove_left_scratch(home)
    assert (home.scratch / "of-my-own").is_dir()
