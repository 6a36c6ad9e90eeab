"""The whole road on a tiny project: a site appears, nothing is done twice, a killed run costs nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.defs.dead_runs import UNFINISHED
from orchestration.defs.fingerprint import fingerprint_of_files
from orchestration.interrupts import EXIT_INTERRUPTED, GRACE_SECONDS, INTERRUPTED
from tests.corpus import REPOSITORY
from tests.integration.tiny_project import TinyProject, write_log, write_project
from tests.processes import left_in_session

COMMAND = [sys.executable, "-c", "from orchestration.cli.entry import main; main()"]
# Two homes with the same key hold the same marks for secrets, and so the same tables.
ENVIRONMENT = {**os.environ, "SIGHTLINE_REDACTION_KEY": "of the tests"}

# SIGHTLINE_TEST_KILLS=500 is the nightly size: how many runs are stopped, a few of them in the same home.
KILLS, KILLS_PER_HOME = int(os.environ.get("SIGHTLINE_TEST_KILLS", "3")), 3
# A run takes longer; the steps a later round meets are those that the round before did not reach.
SECONDS_UNTIL_STOPPED = 20.0 if "SIGHTLINE_TEST_KILLS" in os.environ else 4.0
# What only one log says.
CANARY = "Canary4711"

pytestmark = pytest.mark.slow


def run(project: TinyProject, home: Path) -> subprocess.CompletedProcess[str]:
    return told(home, "run", *project.arguments)


def told(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *command, "--home", str(home)],
        cwd=REPOSITORY,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


def holding(home: Path, word: str) -> set[str]:
    """Return the files of a home that say a word: by their bytes, and Parquet by its rows too."""
    found = set()
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        rows = str(pq.ParquetFile(path).read().to_pylist()) if path.suffix == ".parquet" else ""
        if word.encode() in path.read_bytes() or word in rows:
            found.add(path.relative_to(home).as_posix())
    return found


def marts_of(home: Path, name: str = "published.duckdb") -> dict[str, list[Any]]:
    with duckdb.connect(str(home / name), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'reports') order by all"
        ).fetchall()
        return {f"{s}.{t}": connection.execute(f'select * from "{s}"."{t}" order by all').fetchall() for s, t in tables}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> TinyProject:
    return write_project(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def home(project: TinyProject) -> Path:
    home = project.folder / "home"
    done = run(project, home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("index.html")
    return home


def test_two_flows_of_two_sequences_are_found_and_conform(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        flows = connection.execute(
            "select sequence_name, status, is_conformant, beat_execution_count from marts.fct_flows order by all"
        ).fetchall()
        handlers = connection.execute(
            "select handler_name, resolution, code_line_number from marts.dim_handlers order by all"
        ).fetchall()
    assert flows == [("Tea Brew", "completed", True, 2), ("Tea Wash", "completed", True, 1)]
    assert handlers == [("boilWater", "unique", 1), ("pourTea", "unique", 2), ("washCup", "unique", 5)]


def test_what_is_published_is_what_was_built_and_names_no_other_file(home: Path) -> None:
    published = marts_of(home)
    assert published == marts_of(home, "warehouse.duckdb")
    assert published["marts.fct_flows"]
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
        others = connection.execute(
            "select table_name from duckdb_tables() where schema_name not in ('marts', 'reports') order by all"
        ).fetchall()
    assert others == [("int_unit_levels__measured",), ("int_units__timed",), ("stg_logs__log_files",)]


def test_the_site_names_what_was_found(home: Path) -> None:
    assert (home / "site" / "index.html").is_file()
    assert "boilWater" in (home / "site" / "performance.html").read_text(encoding="utf-8")


def test_the_run_is_kept_for_dagsters_ui(home: Path) -> None:
    assert (home / "dagster" / "dagster.yaml").is_file()
    assert list((home / "dagster").rglob("*.db"))


def test_a_run_with_nothing_new_changes_no_table_and_no_page(project: TinyProject, home: Path) -> None:
    tables = [home / "warehouse.duckdb", home / "published.duckdb"]
    watched = [*tables, *(home / "site").rglob("*.html"), *(home / "quality").iterdir()]
    before = {path: path.stat().st_mtime_ns for path in watched}
    lake_before = fingerprint_of_files([home / "lake"])
    done = run(project, home)
    assert done.returncode == 0, done.stderr
    assert "nothing changed since it was published" in done.stderr
    assert "build warehouse" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in watched} == before
    assert fingerprint_of_files([home / "lake"]) == lake_before


def stopped_run(project: TinyProject, home: Path, number: int, delay: float) -> None:
    """Stop a run some time after its start, as a script in the background would; a signal that asks ends it with 130.

    Killed runs end with all they started, as when their machine goes.
    """
    running = subprocess.Popen(
        [*COMMAND, "run", *project.arguments, "--home", str(home)],
        cwd=REPOSITORY,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert running.stderr is not None
    lines = []
    for line in running.stderr:
        lines.append(line)
        if "start " in line:
            break
    with suppress(subprocess.TimeoutExpired):
        running.wait(delay)
    if number == signal.SIGKILL:
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    said = [line for line in (*lines, *running.stderr) if not line.startswith("  ")]
    # One that was done before it was stopped says nothing.
    ended = {signal.SIGKILL: (-signal.SIGKILL, [])}.get(number, (EXIT_INTERRUPTED, [f"sightline: {INTERRUPTED}\n"]))
    assert (running.wait(GRACE_SECONDS + 5), said) in (ended, (0, [])), f"{number} {delay:.2f} s after the start"
    running.stderr.close()
    if number != signal.SIGKILL:
        assert left_in_session(running.pid) == [], f"{number} {delay:.2f} s after the start"


def test_stopped_runs_cost_nothing(project: TinyProject, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round goes on where the one before was stopped; the nightly size begins anew now and then."""
    chance = random.Random()
    told = f"the rounds of seed {(seed := chance.getrandbits(32))}"
    chance.seed(seed)
    for first in range(0, KILLS, KILLS_PER_HOME):
        second = project.folder / f"second-home-{first}"
        for _ in range(first, min(KILLS, first + KILLS_PER_HOME)):
            number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
            stopped_run(project, second, number, chance.uniform(0, SECONDS_UNTIL_STOPPED))
        done = run(project, second)
        assert done.returncode == 0, f"{told}: {done.stderr}"
        assert marts_of(second) == marts_of(home), told
        monkeypatch.setenv("DAGSTER_HOME", str(second / "dagster"))
        with dg.DagsterInstance.from_config(str(second / "dagster")) as instance:
            assert not instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)), told
        shutil.rmtree(second)


def failed_checks(home: Path) -> dict[str, dict[str, Any]]:
    rows = pq.read_table(home / "quality" / "expectation_results_marts.parquet").to_pylist()
    return {
        row["check_name"]: row for row in rows if not row["is_success"] and row["table_name"] == "fct_breach_counts"
    }


def test_a_new_log_adds_its_flows_and_leaves_the_others_and_its_skipped_beat_fails_a_check(
    project: TinyProject, home: Path
) -> None:
    before = marts_of(home)["marts.fct_flows"]
    assert failed_checks(home) == {}
    late = write_log(project, "noon", ["tea-brew"])
    lines = late.read_text(encoding="utf-8").replace("=noon", f"={CANARY}").splitlines(keepends=True)
    kept = "".join(line for line in lines if "topic=tea:brew:boil" not in line)
    late.write_text(f"{kept}not understood, of {CANARY}\n", encoding="utf-8")
    try:
        done = run(project, home)
    finally:
        late.unlink()
    assert done.returncode == 0, done.stderr
    after = marts_of(home)["marts.fct_flows"]
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    failed = failed_checks(home)
    assert {name: row["things"] for name, row in failed.items()} == {
        "every_sequence_conforms": ["Tea Brew"],
        "no_beat_is_missing": ["Tea Brew, beat 1"],
    }
    (example,) = failed["no_beat_is_missing"]["examples"]
    assert example.startswith("noon.log:4: Tea Brew, beat 1: flow completed without it (1 of 2 flows, in 1 of the")
    alerts = json.loads((home / "exports" / "alerts.json").read_text(encoding="utf-8"))
    assert {check["check_name"] for check in alerts["failed_checks"]} >= set(failed)
    assert "Tea Brew, beat 1" in (home / "site" / "flows.html").read_text(encoding="utf-8")


def test_known_faults_are_found_and_leave_no_trace(project: TinyProject, home: Path) -> None:
    names = ("lake", "warehouse.duckdb", "published.duckdb", "site", "history", "exports")
    kept = [home / name for name in names]
    before = fingerprint_of_files(kept)
    done = told(home, "prove", "--faults", "16", "--json", *project.arguments)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    kinds = {row["kind"]: row for row in report["kinds"]}
    # Whoever knows nothing but the declarations finds what breaks them; what needs training is not claimed.
    for name in ("beat_skipped", "beat_repeated", "beat_undeclared", "flow_aborts", "handler_throws", "log_cut"):
        assert kinds[name]["made"] >= 1
        assert kinds[name]["found"] == kinds[name]["made"], name
    assert kinds["slow_factor"]["made"] == 0
    assert "called 5 times" in kinds["slow_factor"]["why_none"]
    assert report["dropped"] == []
    assert sum(check["false_alarms"] for check in report["checks"]) == 0
    assert fingerprint_of_files(kept) == before
    assert not (home / "prove").exists()
    assert json.loads((home / "quality" / "accuracy.json").read_text()) == report


def test_a_forgotten_log_is_in_no_byte_of_the_home(project: TinyProject, home: Path) -> None:
    assert told(home, "export", "table", "fct_flows").returncode == 0
    places = {name.split("/")[0] for name in holding(home, CANARY)}
    assert places >= {"lake", "dagster", "exports", "site", ".site-cache"}, places
    (home / "exports" / "of-my-own.txt").write_text("mine", encoding="utf-8")
    # As in a home of an earlier version, which had no such table.
    shutil.rmtree(home / "lake" / "raw" / "passed_over_files")
    before = marts_of(home)["marts.fct_flows"]
    done = told(home, "forget", "noon.log", *project.arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Forgetting 1 log: 1 session, ")
    assert holding(home, CANARY) == set()
    after = marts_of(home)["marts.fct_flows"]
    assert len(after) == len(before) - 1
    assert set(after) < set(before)
    assert "Forgotten on" in (home / "site" / "data-health.html").read_text(encoding="utf-8")
    assert (home / "exports" / "of-my-own.txt").is_file()
    assert not (home / "records" / "forgetting.json").exists()


def test_a_home_of_an_earlier_version_whose_logs_are_gone_keeps_all_it_holds_and_ids_may_come_again(
    project: TinyProject, home: Path
) -> None:
    """The layout of version 0.1, frozen here: no mark, a lake and a warehouse that anybody may read."""
    earlier = project.folder / "earlier-home"
    shutil.copytree(home, earlier)
    (earlier / "published.duckdb").unlink()
    (earlier / "sightline-home.toml").unlink()
    (earlier / "records" / "models.json").write_text("{}", encoding="utf-8")
    with duckdb.connect(str(earlier / "warehouse.duckdb")) as connection:
        connection.execute("create table intermediate.int_teas__of_a_model_that_is_gone as select 'secret' as words")
    for path in (earlier, *earlier.rglob("*")):
        if not path.name.endswith("lock"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert {path.name for path in earlier.iterdir()} == {
        *(".dagster.lock", ".lock", ".run.lock", ".site-cache", "cache", "dagster", "dbt", "exports", "history"),
        *("lake", "quality", "records", "site", "warehouse.duckdb"),
    }
    before = marts_of(home)["marts.fct_flows"]
    gone = project.logs.rename(project.folder / "rotated-away")
    project.logs.mkdir()
    write_log(project, "evening", ["tea-wash", "tea-brew"] * 9, id_count=3)
    try:
        done = run(project, earlier)
    finally:
        shutil.rmtree(project.logs)
        gone.rename(project.logs)
    assert done.returncode == 0, done.stderr
    after = marts_of(earlier)["marts.fct_flows"]
    assert set(before) < set(after)
    with duckdb.connect(str(earlier / "warehouse.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        evening = connection.execute(
            "select sequence_name, request_id, status, is_conformant, beat_execution_count, count(*)"
            " from marts.fct_flows where log_file_path like '%evening.log' group by all order by all"
        ).fetchall()
    # Three ids name eighteen flows: each start is one of its own.
    assert evening == [
        (name, f"evening-{number}", "completed", True, beats, 3)
        for name, beats in (("Tea Brew", 2), ("Tea Wash", 1))
        for number in range(3)
    ]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert tables == {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert (earlier / "sightline-home.toml").is_file()
    assert not [path for path in earlier.rglob("*") if path.stat().st_mode & 0o077]
