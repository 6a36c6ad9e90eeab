"""Which handler executions the end of a flow waited for, from rows to rows.

The path is walked back from the end, as CRISP does (Zhang et al., CRISP: Critical Path Analysis of Large-Scale
Microservice Architectures, USENIX ATC 2022): at each point the work that ended last before it is on the path, and what
ran beside that work is not. A flow is over when the last of its work is over, also work its beats did not wait for.
Shortening an execution gains at most the part of its stretch of the path that no other execution covers: behind that
the other becomes the critical one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

# Stamps have whole milliseconds: what overlaps by no more than one of them follows.
STEP_US = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """One execution of a flow, in microseconds; without a clock `started_us` is none."""

    key: str
    started_us: int | None
    duration_us: int


# Start, end, what it is.
Placed = tuple[int, int, Work]


@dataclass(frozen=True, slots=True)
class Stretch:
    """How much of an execution is on the critical path, and how much of that nothing else covers."""

    handler_execution_id: str
    critical_us: int
    uncovered_us: int


def critical_stretches(flow: Sequence[Work]) -> list[Stretch]:
    """Return a stretch per execution of one flow. Without a clock executions are taken to follow each other."""
    stretches = [Stretch(work.key, work.duration_us, work.duration_us) for work in flow if work.started_us is None]
    placed = [_placed(work.started_us, work) for work in flow if work.started_us is not None]
    ends = sorted(placed, key=lambda item: (-item[1], -item[0], item[2].key))
    on_path, beside = _walk_back(ends)
    others = sorted((start, end) for start, end, _ in beside)
    stretches += [
        Stretch(work.key, work.duration_us, work.duration_us - _covered(start, end, others))
        for start, end, work in on_path
    ]
    return stretches + [Stretch(work.key, 0, 0) for _, _, work in beside]


def _placed(started_us: int, work: Work) -> Placed:
    return started_us, started_us + work.duration_us, work


def _walk_back(ends: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    on_path: list[Placed] = []
    beside: list[Placed] = []
    reached = ends[0][1] if ends else 0
    for start, end, work in ends:
        if end <= reached + STEP_US:
            on_path.append((start, end, work))
            reached = min(reached, start)
        else:
            beside.append((start, end, work))
    return on_path, beside


def _covered(start: int, end: int, others: Sequence[tuple[int, int]]) -> int:
    """Return how much of start..end the others cover together; an overlap of one step is none."""
    covered, reached = 0, start
    for other_start, other_end in others:
        if min(end, other_end) - max(start, other_start) > STEP_US:
            covered += max(0, min(end, other_end) - max(reached, other_start))
            reached = max(reached, min(end, other_end))
    return covered


STRETCH_COLUMNS: Mapping[str, pa.DataType] = {
    "handler_execution_id": pa.string(),
    "critical_us": pa.int64(),
    "uncovered_us": pa.int64(),
}


def find_critical_stretches(handlers: pa.Table) -> pa.Table:
    """Return a row per handler execution of a flow, in the order of flows.

    `handlers` has flow_id, execution_id, started_us and duration_us. Executions outside flows are left out.
    """
    names = ("flow_id", "execution_id", "started_us", "duration_us")
    ordered = handlers.sort_by([("flow_id", "ascending"), ("execution_id", "ascending")])
    columns = [ordered.column(name).to_pylist() for name in names]
    rows = [
        asdict(stretch)
        for flow_id, works in groupby(zip(*columns, strict=True), key=itemgetter(0))
        if flow_id is not None
        for stretch in critical_stretches([Work(*work[1:]) for work in works])
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(STRETCH_COLUMNS))
