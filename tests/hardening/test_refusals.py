"""What the machine refuses is one line with what to do and exit code 1; a failed check of our own is never exit 0."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.cli.app import app, run_command
from orchestration.cli.running import told_of
from orchestration.cli.summary import describe_failed_tests, require_sound_tables
from orchestration.defs.home import Home
from orchestration.defs.quality.line_counts import describe_uneven
from orchestration.domain.errors import SightlineError
from orchestration.domain.refusals import advice_on
from orchestration.domain.tables import LOG_RECORDS
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.integration.tiny_project import flow_lines


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 128 KB large."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    with (place / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 4096):
            pass


def test_a_full_disk_is_said_by_each_library_in_words_that_are_known(small_disk: Path) -> None:
    rows = pa.table({"text": [os.urandom(50).hex() for _ in range(5000)]})
    said = []
    with pytest.raises(OSError, match="No space left") as arrow:
        pq.write_table(rows, small_disk / "a.parquet", compression="none")
    said.append(str(arrow.value))
    (small_disk / "a.parquet").unlink(missing_ok=True)
    with duckdb.connect(str(small_disk / "a.duckdb")) as connection, pytest.raises(duckdb.Error) as duck:
        connection.execute("create table a as select random() from range(100000); checkpoint")
    said.append(str(duck.value))
    (small_disk / "a.duckdb").unlink(missing_ok=True)
    connected = closing(sqlite3.connect(small_disk / "a.db", isolation_level=None))
    with connected as connection, pytest.raises(sqlite3.OperationalError) as lite:
        connection.execute("create table a as select randomblob(1000000) as b")
    said.append(str(lite.value))
    assert [advice_on(words) for words in said] == ["make room on its disk and run again"] * 3, said


def test_a_log_is_not_to_blame_for_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    lines = [line for _ in range(2000) for line in flow_lines("tea-brew", os.urandom(20).hex())]
    (logs / "a.log").write_text("".join(f"2026-11-20T10:00:00.000Z  {line}\n" for line in lines))
    lake = small_disk / "lake"
    with pytest.raises(OSError, match="No space left"):
        ingest_logs([str(logs)], lake, IngestOptions(settle_seconds=0))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    for place in (lake, tmp_path / "lake"):
        ingest_logs([str(logs)], place, IngestOptions(settle_seconds=0))
    assert rows_of(lake) == rows_of(tmp_path / "lake")
    assert len(rows_of(lake)) == len(lines)


def rows_of(lake: Path) -> list[tuple[Any, ...]]:
    pattern = str(lake / "raw" / LOG_RECORDS.name / "**" / "*.parquet")
    with duckdb.connect() as connection:
        return connection.execute(f"select * from read_parquet('{pattern}') order by all").fetchall()


def test_a_home_that_cannot_be_written_is_one_line(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.log").write_text("2026-11-20T10:00:00.000Z  INFO [app] app.release release=1.0 app=tea\n")
    home = small_disk / "home"
    fill(small_disk)
    assert run_command(["run", "--logs", str(tmp_path / "a.log"), "--home", str(home)]) == 1
    full = capsys.readouterr().err
    assert "No space left on device" in full
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert run_command(["run", "--logs", str(tmp_path / "a.log"), "--home", str(home)]) == 1
    readonly = capsys.readouterr().err
    assert "Read-only file system" in readonly
    assert (full.count("\n"), readonly.count("\n")) == (1, 1)
    assert str(small_disk) in full
    assert str(small_disk) in readonly


def test_a_locked_warehouse_names_the_process_that_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(SightlineError) as told, told_of(Home(tmp_path)):
            duckdb.connect(str(path))
        other.communicate()
    assert f"PID {other.pid}" in str(told.value)
    assert str(told.value).endswith("end that process and run again")


@pytest.mark.parametrize(
    ("words", "is_known"),
    [("[Errno 28] No space left on device: 'x'", True), ("disk I/O error", True), ("division by zero", False)],
)
def test_an_error_that_no_verb_expected_is_one_line_when_the_machine_refuses(
    words: str, is_known: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(type(app), "__call__", fail)
    if is_known:
        assert run_command(["check"]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"sightline: {words}; ")
        assert said.count("\n") == 1
    else:
        with pytest.raises(RuntimeError, match=words):
            run_command(["check"])


def test_a_failed_test_of_the_tables_is_told_with_its_log_and_ends_a_run(tmp_path: Path) -> None:
    rows = {"test_name": ["every_flow_is_kept", "sums"], "failure_count": [2, 1], "severity": ["error", "error"]}
    passed = pa.table(rows | {"is_success": [True, True]})
    pq.write_table(passed, tmp_path / "dbt_test_results.parquet")
    require_sound_tables(tmp_path)
    assert list(describe_failed_tests(tmp_path)) == []
    failed = pa.table(rows | {"is_success": [False, False], "log_file_path": ["day/a.log", None]})
    pq.write_table(failed, tmp_path / "dbt_test_results.parquet")
    with pytest.raises(SightlineError, match=r"2 tests of the tables failed, every_flow_is_kept for day/a\.log"):
        require_sound_tables(tmp_path)
    assert next(describe_failed_tests(tmp_path)) == (
        "IN DOUBT: the test every_flow_is_kept of the tables failed for 2 rows, like those of day/a.log"
    )


def test_lines_that_do_not_add_up_name_the_log() -> None:
    row: dict[str, str | int] = {"log_file_path": "day/a.log", "line_count": 1200}
    assert describe_uneven([row]).startswith("of the 1,200 lines of day/a.log some are in no record and not rejected;")
    assert "day/a.log, and of 2 more logs some" in describe_uneven([row, row, row])
