"""Running dbt in this process, and letting go of the warehouse afterwards.

In process, because a new one costs five seconds of imports. What a result means to Dagster is said in report.py.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError

PROJECT_FOLDER = Path(__file__).resolve().parents[3] / "dbt_project"


@dataclass(frozen=True, slots=True)
class NodeOutcome:
    """What became of one model, seed or test. `status` is dbt's word; `failure_count` is of a test."""

    unique_id: str
    status: str
    seconds: float
    message: str
    failure_count: int | None


NodeListener = Callable[[str], None]


def run_dbt(arguments: Sequence[str], home: Home, hear: NodeListener | None = None) -> list[NodeOutcome]:
    """Run one dbt command and return what became of each node; `hear` is told the id of each finished node.

    Failed nodes are outcomes. Raises SightlineError, in dbt's words, only when dbt cannot run at all.
    """
    from dbt.cli.main import dbtRunner

    def on_event(event: Any) -> None:
        if hear is not None and event.info.name == "NodeFinished":
            hear(event.data.node_info.unique_id)

    with _environment(home):
        try:
            result = dbtRunner(callbacks=[on_event]).invoke([*arguments, *_places(home)])
        finally:
            _close_connections()
    if result.exception is not None:
        raise SightlineError(f"dbt {arguments[0]} cannot run: {result.exception}")
    return [_outcome(node) for node in getattr(result.result, "results", None) or ()]


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
    )


@contextmanager
def _environment(home: Home) -> Iterator[None]:
    """Tell the dbt profile where warehouse and lake are."""
    chosen = {"SIGHTLINE_WAREHOUSE": str(home.warehouse), "SIGHTLINE_LAKE": str(home.lake)}
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
