"""Running dbt in this process, and letting go of the warehouse afterwards.

In process, because a new one costs five seconds of imports. What a result means to Dagster is said in report.py.
"""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError

FAILED_STATUSES = frozenset({"error", "runtime error", "fail", "skipped"})
PROJECT_FOLDER = Path(__file__).resolve().parents[3] / "dbt_project"


@dataclass(frozen=True, slots=True)
class NodeOutcome:
    """What became of one model, seed, test or measured table. `status` is dbt's word; `failure_count` is of a test.

    `query` is the SQL of a test that failed: its rows say what it is about.
    """

    unique_id: str
    status: str
    seconds: float
    message: str
    failure_count: int | None
    query: str | None = None

    @property
    def is_test(self) -> bool:
        """Tell a data test from a model or seed."""
        return self.unique_id.startswith("test.")

    @property
    def is_failed(self) -> bool:
        """Tell whether it did not do what it should; a warning of a test is no failure."""
        return self.status in FAILED_STATUSES

    @property
    def name(self) -> str:
        """Return the name without project and kind; a measured table is a source to dbt."""
        parts = self.unique_id.split(".")
        return parts[3] if parts[0] == "source" else parts[2]


NodeListener = Callable[[str], None]


# What to do, and the ids of the tables to do it with, all of them when there are none.
RunCommand = Callable[[Sequence[str], Collection[str]], list[NodeOutcome]]
# Selecting a hundred tables by name takes dbt seconds; they are marked instead.
_MARK = "chosen_by_sightline"


def write_manifest(home: Home) -> None:
    """Parse the project and write its manifest; raise SightlineError, in dbt's words, when it cannot be parsed."""
    from dbt.cli.main import dbtRunner

    with _environment(home):
        try:
            _invoke(dbtRunner(), ["parse"], home)
        finally:
            _close_connections()


@contextmanager
def parsed_project(home: Home, hear: NodeListener | None = None) -> Iterator[RunCommand]:
    """Parse the project once and hand out what runs a command and returns what became of each node, as they finished.

    `hear` is told the id of each finished node. Failed nodes are outcomes; running raises SightlineError, in dbt's
    words, only when dbt cannot run at all. Between two commands the warehouse is open to readers.
    """
    from dbt.cli.main import dbtRunner

    def on_event(event: Any) -> None:
        if hear is not None and event.info.name == "NodeFinished":
            hear(event.data.node_info.unique_id)

    # To write the manifest again takes a second of processor time per command.
    unwritten = "--no-write-json"
    with _environment(home):
        try:
            manifest = _invoke(dbtRunner(), ["parse", unwritten], home)

            def run(command: Sequence[str], chosen: Collection[str]) -> list[NodeOutcome]:
                selected = [*command, *(["--select", f"tag:{_MARK}"] if chosen else []), unwritten]
                for unique_id in chosen:
                    manifest.nodes[unique_id].tags.append(_MARK)
                try:
                    result = _invoke(dbtRunner(manifest=manifest, callbacks=[on_event]), selected, home)
                    return [_outcome(node) for node in result.results]
                finally:
                    for unique_id in chosen:
                        manifest.nodes[unique_id].tags.remove(_MARK)
                    _close_connections()

            yield run
        finally:
            _close_connections()


def _invoke(runner: Any, command: Sequence[str], home: Home) -> Any:
    answer = runner.invoke([*command, *_places(home)])
    if answer.exception is not None and (
        isinstance(answer.exception, OSError) or not isinstance(answer.exception, Exception)
    ):
        # dbt hands an interrupt, Python's or Dagster's, and a full disk over like failures of its own.
        raise answer.exception
    if answer.exception is not None:
        raise SightlineError(f"dbt {command[0]} cannot run: {answer.exception}")
    return answer.result


def _places(home: Home) -> list[str]:
    folder = str(PROJECT_FOLDER)
    target = str(home.dbt_target)
    return [
        *("--project-dir", folder, "--profiles-dir", folder, "--target-path", target, "--log-path", target),
        *("--log-level", "none", "--log-level-file", "warn", "--no-use-colors"),
    ]


def _outcome(result: Any) -> NodeOutcome:
    return NodeOutcome(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        message=str(result.message or ""),
        failure_count=result.failures,
        query=str(result.node.compiled_code) if result.failures and result.node.resource_type == "test" else None,
    )


@contextmanager
def _environment(home: Home) -> Iterator[None]:
    """Tell the dbt profile where warehouse and lake are."""
    # The models write the lake's place into SQL, between quotes: a folder may be called o'brien.
    lake = str(home.lake).replace("'", "''")
    chosen = {"SIGHTLINE_WAREHOUSE": str(home.warehouse), "SIGHTLINE_LAKE": lake}
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _close_connections() -> None:
    """Close dbt's connections: while one is open for writing, no read-only one can be opened in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    # dbt's adapters are not typed.
    for close in (DuckDBConnectionManager.close_all_connections, reset_adapters):
        cast(Callable[[], None], close)()
