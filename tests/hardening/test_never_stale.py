"""What a run makes after an edit equals what a build from nothing makes: every table and view, every row.

A copy of Bistro is edited in two batches, each followed by a run over the same home, and by a build from nothing of
the same logs, with more threads and the lake's files in another order. In the nightly size each edit is a batch of its
own.
"""

import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.defs.code.assets import build_code_assets
from orchestration.defs.dbt.project import load_manifest
from orchestration.defs.dbt.warehouse import build_tables
from orchestration.defs.home import Home
from orchestration.defs.logs.assets import build_log_assets
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Listener, StepNews, listen_to_nothing, step
from orchestration.defs.project.assets import build_project_assets
from orchestration.domain.tables import LOG_TABLES
from orchestration.lake import table_folder
from orchestration.settings import load_settings
from tests.dbt.project_files import layer_of
from tests.hardening.bistro_edits import (
    DECLARED,
    LOG_COUNT,
    OF_CODE,
    OF_LOGS,
    QUIET,
    SPARE_DECLARATION,
    Edit,
    add_a_log,
    cut_a_log,
    grow_a_log,
    write_bistro,
)

pytestmark = pytest.mark.slow

# SIGHTLINE_TEST_EVERY_EDIT=1 is the nightly size.
IS_EACH_ALONE = bool(os.environ.get("SIGHTLINE_TEST_EVERY_EDIT"))
# Which sessions this build had to rebuild: a build from nothing rebuilds all.
OF_THE_RUN = "int_groups__versioned"
KILLED = 9
OTHER_THREADS = 4
# How many sessions an edit of logs has rebuilt: one that is cut is two from then on, what was read and what is there.
REBUILT = {grow_a_log: 1, cut_a_log: 2, add_a_log: 1}


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of Bistro and the home its runs keep."""

    folder: Path
    home: Path

    def run(self, listener: Listener = listen_to_nothing) -> None:
        """Read logs, code and configuration, and build the tables."""
        read(self.folder, self.home, reads_logs=True)
        build(self.home, listener)

    def afresh(self, home: Path) -> Path:
        """Build the same logs, and everything else, from nothing; return the warehouse.

        By more threads and from files in another order: nothing may depend on either.
        """
        for name in ("redaction.key", "sightline-home.toml"):
            home.mkdir(exist_ok=True)
            shutil.copy(self.home / name, home / name)
        # What dbt knows of its own project: to parse it again takes longer than to build.
        for name in ("dbt", "records"):
            shutil.copytree(self.home / name, home / name)
        for table in LOG_TABLES:
            copy_in_another_order(table_folder(self.home / "lake", table), table_folder(home / "lake", table))
        read(self.folder, home, reads_logs=False)
        build(home, threads=OTHER_THREADS)
        return home / "warehouse.duckdb"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    def rebuilt_count(self) -> int:
        """Return how many sessions the last run rebuilt."""
        query = "select count(*) from intermediate.int_groups__versioned where is_pending and group_version is not null"
        return int(rows_of(self.warehouse, query)[0][0])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project after its first run."""
    folder = tmp_path_factory.mktemp("stale")
    project = Project(folder / "bistro", folder / "home")
    write_bistro(project.folder)
    project.run()
    assert project.rebuilt_count() == LOG_COUNT
    return project


def batches(edits: Iterable[Edit]) -> Iterator[tuple[Edit, ...]]:
    """Return the edits in one batch, or each alone."""
    edits = tuple(edits)
    return iter([(edit,) for edit in edits] if IS_EACH_ALONE else [edits])


# Quiet edits beside those of logs: what is rebuilt is counted, so that they would be seen.
BATCHES = [*batches((*QUIET, *OF_LOGS)), *batches((*OF_CODE, *DECLARED))]


@pytest.mark.parametrize("edits", BATCHES, ids=lambda edits: "+".join(edit.__name__ for edit in edits))
def test_a_run_after_an_edit_equals_a_build_from_nothing(
    project: Project, tmp_path: Path, edits: tuple[Edit, ...]
) -> None:
    for edit in edits:
        edit(project.folder)
    project.run()
    if set(edits) <= {*QUIET, *OF_LOGS}:
        assert project.rebuilt_count() == sum(REBUILT.get(edit, 0) for edit in edits)
    else:
        assert project.rebuilt_count() >= LOG_COUNT
    assert differences(project.warehouse, project.afresh(tmp_path / "home")) == {}


def test_a_killed_build_of_an_edit_that_is_taken_back_leaves_nothing_behind(project: Project, tmp_path: Path) -> None:
    before, declaration = tmp_path / "before.duckdb", project.folder / SPARE_DECLARATION
    shutil.copy(project.warehouse, before)
    said = declaration.read_text(encoding="utf-8")
    declaration.write_text(said.replace("cart:spare", "cart:other"), encoding="utf-8")
    child = multiprocessing.get_context("spawn").Process(target=_run_and_die, args=(project,))
    child.start()
    child.join()
    assert child.exitcode == KILLED
    # Killed between the last observed model and the end of the build: no group is built, read from another process.
    ledger = "select count(*), count(group_version) from intermediate.built_groups"
    assert rows_of(project.warehouse, ledger)[0][1] == 0
    declaration.write_text(said, encoding="utf-8")
    project.run()
    assert differences(project.warehouse, before) == {}


def _run_and_die(project: Project) -> None:
    left = {name for name, layer in layer_of().items() if layer == "observed"}

    def hear(news: StepNews) -> None:
        # "12 models and tests, int_flows__rebuilt": the table that is done.
        left.discard(news.text.rpartition(" ")[2])
        if not left:
            os._exit(KILLED)

    project.run(hear)


def read(folder: Path, home: Path, *, reads_logs: bool) -> None:
    """Write the raw tables to the lake, as a run does."""
    settings = load_settings(folder / "sightline.toml", {"home": home})
    platform = Platform(settings, Home(home))
    platform.home.claim()
    logs = [build_log_assets(platform)] if reads_logs else []
    assert dg.materialize([*logs, build_code_assets(platform), build_project_assets(platform)]).success


def build(home: Path, listener: Listener = listen_to_nothing, threads: int = 2) -> None:
    """Build all tables."""
    how = ("--threads", str(threads))
    with step("build", listener) as going:
        outcomes = build_tables(Home(home), load_manifest(Home(home)), None, going, how=how, is_tested=False)
    assert [f"{outcome.name}: {outcome.message}" for outcome in outcomes if outcome.is_failed] == []


def copy_in_another_order(folder: Path, to: Path) -> None:
    """Copy a raw table; its files have other names, and stand in another order by name."""
    for path in folder.rglob("*.parquet"):
        copy = to / path.relative_to(folder).with_name(f"{hashlib.md5(path.name.encode()).hexdigest()}.parquet")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


def differences(run: Path, afresh: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return, by name, the tables and views that differ, with some of the rows that only one side has."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{run}' as run (read_only)").execute(f"attach '{afresh}' as afresh (read_only)")
        named = "select table_schema, table_name from information_schema.tables where table_catalog = ? order by all"
        tables = [connection.execute(named, [side]).fetchall() for side in ("run", "afresh")]
        assert tables[0] == tables[1]
        for schema, name in tables[0]:
            place = f'"{schema}"."{name}"'
            rows = [
                row
                for one, other in (("run", "afresh"), ("afresh", "run"))
                for row in connection.execute(
                    f"select '{one}', * from (from {one}.{place} except all from {other}.{place}) limit 2"
                ).fetchall()
            ]
            if rows and name != OF_THE_RUN:
                found[name] = rows
    return found


def rows_of(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()
