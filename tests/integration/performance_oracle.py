"""The performance numbers a second time: straight from the rows of the marts, by numpy, scipy and plain loops.

Shares no code with dbt_project or orchestration/analysis; the rules are those of docs_site/docs/help/numbers.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy import stats

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.tables import PROJECT_TABLES
from orchestration.lake import ensure_table
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.built_tables import build_tables_in

REPOSITORY = Path(__file__).resolve().parents[2]
REPORTS = ("handler", "beat", "movement", "sequence")
STEP_US = 1000
FLOW_PARTS = (
    "handler", "beat_overhead", "declared_wait", "between_beats", "movement_overhead", "sequence_overhead"
)  # fmt: skip
Row = dict[str, Any]


def build_performance(logs: Sequence[Path], code: Sequence[Path], sequences: Sequence[Path], home: Path) -> Path:
    """Build what the performance reports need, with their tests; return the warehouse."""
    ingest_logs(logs, home / "lake", IngestOptions(settle_seconds=0))
    scan_code(code, sequences, [], home / "lake", ScanOptions())
    for table in PROJECT_TABLES:
        ensure_table(home / "lake", table)
    reports = [f"rpt_{kind}_performance" for kind in REPORTS]
    build_tables_in(home, "rpt_time_shares", *reports)
    return home / "warehouse.duckdb"


def fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """Return rows by column name."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def percentile(durations: Sequence[float], steps: Sequence[float], percent: float) -> list[float | None]:
    """Return percentile, low, high."""
    if len(durations) < (100 if percent == 99 else 20):
        return [None, None, None]
    values, step = np.array(durations), np.array(steps)
    low = stats.quantile_test(values - step, p=percent / 100).confidence_interval(0.95).low
    high = stats.quantile_test(values + step, p=percent / 100).confidence_interval(0.95).high
    ends = [None if math.isnan(end) else max(0.0, float(end)) for end in (low, high)]
    return [float(np.percentile(values, percent)), *ends]


def trend(durations: Sequence[float], sessions: Sequence[int | None], step: float) -> list[float | None]:
    """Return change, low, high."""
    by_session: dict[int, list[float]] = defaultdict(list)
    for duration, session in zip(durations, sessions, strict=True):
        if session is not None:
            by_session[session].append(duration)
    medians = [float(np.median(by_session[session])) for session in sorted(by_session)]
    if len(medians) < 5:
        return [None, None, None]
    slope, _, low, high = stats.theilslopes(medians, alpha=0.95)
    span = len(medians) - 1
    return [slope * span, low * span - step, high * span + step]


def self_times(executions: Iterable[Row], children: Iterable[Row]) -> dict[str, tuple[int, int, int]]:
    """Return self time, children inside, and children side by side of each execution, in microseconds."""
    inside: dict[str, list[tuple[int | None, int]]] = defaultdict(list)
    parents = {row["key"]: row for row in executions}
    for child in sorted(
        children, key=lambda row: (row["started_us"] is None, row["started_us"] or 0, row["line_number"])
    ):
        parent = parents.get(child["parent"])
        if parent:
            inside[parent["key"]].append((child["started_us"], part_inside(child, parent)))
    found = {}
    for key, parent in parents.items():
        total = sum(part for _, part in inside[key])
        covered = min(parent["duration_us"], total - _overlap(inside[key]))
        found[key] = (parent["duration_us"] - covered, total, total - covered)
    return found


def part_inside(child: Row, parent: Row) -> int:
    """Return how much of a child lies inside its parent: all, but for a handler that goes on after it."""
    duration: int = child["duration_us"]
    if not child["is_handler"] or child["started_us"] is None or parent["ended_us"] is None:
        return duration
    if child["started_us"] + duration <= parent["ended_us"] + STEP_US:
        return duration
    return max(0, parent["ended_us"] - max(child["started_us"], parent["started_us"]))


def _overlap(siblings: Sequence[tuple[int | None, int]]) -> int:
    overlap, reached = 0, None
    for start, part in siblings:
        if start is None:
            continue
        if reached is not None and part and reached > start + STEP_US:
            overlap += min(reached, start + part) - start
        reached = start + part if reached is None else max(reached, start + part)
    return overlap


def savings(flows: Iterable[list[Row]], medians: dict[str, float | None]) -> tuple[dict[str, float], dict[str, float]]:
    """Return per handler the milliseconds on critical paths, and those above the median that could be saved."""
    critical: dict[str, float] = defaultdict(float)
    saved: dict[str, float] = defaultdict(float)
    for handlers in flows:
        on_path = _walk_back([row for row in handlers if row["started_us"] is not None])
        beside = [row for row in handlers if row["started_us"] is not None and row not in on_path]
        for row in handlers:
            if row in beside:
                continue
            critical[row["handler_id"]] += row["duration_us"] / 1000
            median = medians[row["handler_id"]]
            if median is not None:
                bare = row["duration_us"] - _beside(row, beside)
                excess = max(row["duration_us"] / 1000 - median, 0)
                saved[row["handler_id"]] += min(excess, bare / 1000)
    return critical, saved


def _walk_back(handlers: list[Row]) -> list[Row]:
    path: list[Row] = []
    left = list(handlers)
    reached = max((_end(row) for row in left), default=0)
    while left:
        last = max(left, key=lambda row: (_end(row), row["started_us"], -int(row["key"], 16)))
        left.remove(last)
        if _end(last) <= reached + STEP_US:
            path.append(last)
            reached = min(reached, last["started_us"])
    return path


def _end(row: Row) -> int:
    end: int = row["started_us"] + row["duration_us"]
    return end


def _beside(row: Row, others: Sequence[Row]) -> int:
    if row["started_us"] is None:
        return 0
    ticks = set()
    for other in others:
        low, high = max(row["started_us"], other["started_us"]), min(_end(row), _end(other))
        if high - low > STEP_US:
            ticks.update(range(low, high))
    return len(ticks)


def stretches(
    session: Row, flows: Sequence[Row], late: Sequence[tuple[int, int]], mounts: Sequence[tuple[int, int]]
) -> dict[str, int]:
    """Return the microseconds of a session by what went on, flows as one."""
    begin, end = session["begin_us"], session["end_us"]
    started = sorted(
        (row for row in flows if row["started_us"] is not None), key=lambda row: (row["started_us"], row["line_number"])
    )
    following = {row["flow_id"]: later["started_us"] for row, later in pairwise(started)}
    spans = {
        "flow": [(row["started_us"], row["ended_us"]) for row in started if row["ended_us"] is not None],
        "late_handler": list(late),
        "unfinished_flow": [
            (row["started_us"], following.get(row["flow_id"], end)) for row in started if row["ended_us"] is None
        ],
        "queue_wait": [
            (row["queued_us"], end if row["started_us"] is None else row["started_us"])
            for row in flows
            if row["queued_us"] is not None
        ],
        "mounting": list(mounts),
        "between_mounts": [(min(low for low, _ in mounts), max(high for _, high in mounts))] if mounts else [],
        "starting": [(begin, started[0]["started_us"] if started else end)],
    }
    edges = np.unique(
        np.clip([begin, end, *(t for found in spans.values() for span in found for t in span)], begin, end)
    )
    taken = np.zeros(len(edges) - 1, dtype=bool)
    lengths, totals = np.diff(edges), {}
    for category, found in spans.items():
        covered = np.zeros(len(lengths), dtype=bool)
        for low, high in found:
            covered |= (edges[:-1] >= low) & (edges[1:] <= high)
        totals[category] = int(lengths[covered & ~taken].sum())
        taken |= covered
    return totals | {"idle": int(lengths[~taken].sum())}
