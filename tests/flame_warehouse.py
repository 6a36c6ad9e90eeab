"""A warehouse that holds a tree of where time goes, of two builds: in the newer one a handler takes 50 ms longer."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.unit.docs_site.synthetic_warehouse import Home, empty_home, tables

SESSIONS_PER_BUILD = 6
OLD_BUILD, NEW_BUILD = "build 1", "build 2"
SLOWER_MS = 50
_START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def write_flame_home(folder: Path, names: Sequence[str]) -> Home:
    """Write a session per build and number; each name is a sequence, its movement, its beat and its handler."""
    home = empty_home(folder)
    sessions = [(build, number) for number in range(SESSIONS_PER_BUILD) for build in (OLD_BUILD, NEW_BUILD)]
    with duckdb.connect(str(home.warehouse)) as connection:
        for place, (build, number) in enumerate(sessions):
            session_id = f"session{place}"
            _insert(
                connection,
                "marts.dim_sessions",
                session_id=session_id, session_name=session_id, build=build, has_clock=True,
                # The newer build was first seen later.
                started_at=_START + timedelta(hours=number, days=build == NEW_BUILD),
            )  # fmt: skip
            # The newer build is used twice as much: its flows must not look slower for that.
            flow_count = 10 * (1 + (build == NEW_BUILD))
            for row in session_nodes(session_id, names, flow_count, number, build == NEW_BUILD):
                _insert(connection, "reports.rpt_flame_nodes", **row)
        for place in range(len(names)):
            for exemplar_number, exemplar in enumerate(("median", "95th percentile", "slowest"), start=1):
                _insert(
                    connection,
                    "reports.rpt_exemplars",
                    execution_kind="handler", subject_id=f"handler{place}", exemplar=exemplar,
                    exemplar_number=exemplar_number, duration_ms=9.5, session_id="session0", flow_id="flow0",
                    line_number=7, timed_count=60,
                )  # fmt: skip
    return home


def session_nodes(
    session_id: str, names: Sequence[str], flow_count: int, number: int, is_new: bool
) -> list[dict[str, Any]]:
    """Return the tree of one session; the first name's handler is the one that became slower."""
    rows: list[dict[str, Any]] = []
    total = 0.0
    for place, name in enumerate(names):
        handler = 2 + 0.1 * number + (SLOWER_MS if is_new and place == 0 else 0)
        known = {"sequence_id": f"sequence{place}"}
        beat = known | {"beat_id": f"beat{place}"}
        # Node, parent, kind, depth, mean of a flow, the part of it that is its own, ids.
        top = f"root/{place}"
        parts = [
            (top, "root", "sequence", 1, 10 + 3 + 5 + 1 + handler + 2, 2, known),
            (f"{top}/wait", top, "queue_wait", 2, 10, 10, known),
            (f"{top}/m", top, "movement", 2, 3 + 5 + 1 + handler, 3, known),
            (f"{top}/m/b", f"{top}/m", "beat", 3, 5 + 1 + handler, 1, beat),
            (f"{top}/m/b/call", f"{top}/m/b", "call", 4, 5, 5, beat),
            (f"{top}/m/b/h", f"{top}/m/b", "handler", 4, handler, handler, beat | {"handler_id": f"handler{place}"}),
        ]
        rows += [
            ids
            | {
                "session_id": session_id, "node_id": node_id, "parent_node_id": parent_id, "frame_tree": "elapsed",
                "frame_depth": depth, "frame_kind": kind, "frame_order": 1, "execution_count": flow_count,
                "frame_name": None if kind in ("queue_wait", "call") else name,
                "total_ms": round(mean * flow_count, 3), "self_ms": round(own * flow_count, 3),
            }
            for node_id, parent_id, kind, depth, mean, own, ids in parts
        ]  # fmt: skip
        total += rows[-len(parts)]["total_ms"]
    return [_root(session_id, len(names) * flow_count, total), *rows]


def _root(session_id: str, flow_count: int, total: float) -> dict[str, Any]:
    return {
        "session_id": session_id, "node_id": "root", "parent_node_id": None, "frame_tree": "elapsed", "frame_depth": 0,
        "frame_kind": "root", "execution_count": flow_count, "total_ms": round(total, 3), "self_ms": 0,
    }  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    assert set(values) <= set(tables()[table])
    columns = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into {table} ({columns}) values ({marks})", list(values.values()))
