"""Where the spans of a session lie on the time axis.

A session with a clock is placed by its stamps. A log without stamps states durations only: its flows are laid end to
end in the log's order, each beat as long as the log says. Rows come in as mappings with the marts' column names;
reading them belongs to flows/traces.py.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from orchestration.analysis.traces.trace_model import (
    Mark,
    MarkKind,
    Row,
    SessionRows,
    SessionTrace,
    Span,
    SpanKind,
    StateChange,
    epoch_ms,
    facts_of,
)
from orchestration.analysis.traces.trace_start import is_told, mount_spans, registration_marks

# Room on the axis for something whose duration the log does not state: it must be seen, and it claims no duration.
NOMINAL_MS = 1.0

# The columns of each mart that go along as facts.
_FACTS: dict[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "flow": "sequence_id plugin_name request_id deviation_count queue_wait_ms flow_number",
        "beat": "sequence_name sequence_id movement_name beat_number topic execution_number error_message"
        " duration_resolution_ms overhead_ms state_change handler_name code_file_path code_line_number",
        "handler": "handler_id plugin_name topic beat_number dispatch_duration_ms duration_resolution_ms is_inferred"
        " error_class error_message state_change subscribed_sequence_name code_file_path code_line_number",
        "error": "error_class handler_name plugin_name topic code_file_path code_line_number sequence_name",
        "state": "handler_name plugin_name topic beat_number sequence_name",
        "deviation": "severity expected observed handler_name topic beat_number sequence_name",
    }.items()
}


def build_trace(rows: SessionRows) -> SessionTrace:
    """Return the session's spans and marks on one axis, whether its log has a clock or not."""
    origin = epoch_ms(rows.session.get("started_at"))
    starts = _stamped_starts(rows, origin) if origin is not None else _ordered_starts(rows)
    flows = _flow_spans(rows, starts)
    beats = [_beat_span(row, starts) for row in _with_changes(rows.beats, rows.mutations, "beat_execution_id")]
    changed = _with_changes(rows.handlers, rows.mutations, "handler_execution_id")
    handlers = [_handler_span(row, starts) for row in changed]
    spans = [*_with_room(flows, beats, origin), *_movement_spans(beats), *beats, *handlers]
    mounts = [] if origin is None else list(mount_spans(rows, origin))
    if origin is not None:
        silent = [row for row in rows.gaps if not is_told(row)]
        spans += [*mounts, *_queue_waits(rows.flows, origin), *_gap_spans(silent, origin)]
    clock = LineClock((span.line_number, span.started_ms) for span in [*mounts, *flows, *beats, *handlers])
    session = rows.session
    return SessionTrace(
        session_id=session["session_id"],
        session_name=session.get("session_name") or session["session_id"],
        log_file_path=session.get("log_file_path") or "",
        origin_epoch_ms=origin,
        spans=tuple(sorted(spans, key=lambda span: (span.started_ms, span.line_number))),
        marks=tuple(sorted(_marks(rows, clock, origin), key=lambda mark: (mark.at_ms, mark.line_number))),
        facts=facts_of(session, ("dialect", "build", "line_count", "flow_count", "duration_ms")),
    )


class LineClock:
    """Tells the time of a line that has no stamp: that of the last placed line before it."""

    def __init__(self, known: Iterable[tuple[int, float]]) -> None:
        ordered = sorted(known)
        self._lines = [line for line, _ in ordered]
        self._times = [time for _, time in ordered]

    def at(self, line_number: int) -> float:
        """Return milliseconds since the origin."""
        index = bisect_right(self._lines, line_number) - 1
        return self._times[index] if index >= 0 else 0.0


def _stamped_starts(rows: SessionRows, origin: float) -> dict[str, float]:
    starts: dict[str, float] = {}
    unstamped: list[tuple[str, int]] = []
    known: list[tuple[int, float]] = []
    for key, row in _keyed(rows):
        at = epoch_ms(row.get("started_at"))
        at = at if at is not None else epoch_ms(row.get("queued_at"))
        if at is None:
            unstamped.append((key, row["line_number"]))
        else:
            starts[key] = at - origin
            known.append((row["line_number"], at - origin))
    clock = LineClock(known)
    return starts | {key: clock.at(line) for key, line in unstamped}


def _keyed(rows: SessionRows) -> Iterable[tuple[str, Row]]:
    yield from ((row["flow_id"], row) for row in rows.flows)
    yield from ((row["beat_execution_id"], row) for row in rows.beats)
    yield from ((row["handler_execution_id"], row) for row in rows.handlers)


def _ordered_starts(rows: SessionRows) -> dict[str, float]:
    beats_of, handlers_of = _grouped(rows.beats, "flow_id"), _grouped(rows.handlers, "beat_execution_id")
    starts: dict[str, float] = {}
    cursor = 0.0
    for flow in sorted(rows.flows, key=lambda row: row["line_number"]):
        starts[flow["flow_id"]] = at = cursor
        for beat in beats_of[flow["flow_id"]]:
            starts[beat["beat_execution_id"]] = at
            for handler in handlers_of[beat["beat_execution_id"]]:
                starts[handler["handler_execution_id"]] = at
            at += _room(beat.get("duration_ms"))
        cursor = max(at, starts[flow["flow_id"]] + _room(flow.get("duration_ms")))
    clock = LineClock((row["line_number"], starts[key]) for key, row in _keyed(rows) if key in starts)
    return {key: starts.get(key, clock.at(row["line_number"])) for key, row in _keyed(rows)}


def _flow_spans(rows: SessionRows, starts: Mapping[str, float]) -> list[Span]:
    return [_span("flow", row["flow_id"], row["sequence_name"], row, starts, None) for row in rows.flows]


def _beat_span(row: Row, starts: Mapping[str, float]) -> Span:
    name = row.get("beat_title") or row.get("topic") or f"beat {row.get('beat_number')}"
    return _span("beat", row["beat_execution_id"], name, row, starts, row.get("flow_id"))


def _handler_span(row: Row, starts: Mapping[str, float]) -> Span:
    name = row.get("handler_name") or f"subscriber {row.get('subscriber_index')}"
    return _span("handler", row["handler_execution_id"], name, row, starts, row.get("beat_execution_id"))


def _span(
    kind: SpanKind,
    key: str,
    name: str | None,
    row: Row,
    starts: Mapping[str, float],
    parent: str | None,
) -> Span:
    duration = row.get("duration_ms")
    return Span(
        kind=kind,
        span_key=key,
        name=name or f"({kind} without a name)",
        started_ms=starts[key],
        drawn_ms=_room(duration),
        duration_ms=duration,
        status=row.get("status") or "unknown",
        line_number=row["line_number"],
        parent_key=parent,
        flow_id=row.get("flow_id"),
        facts=facts_of(row, _FACTS[kind]),
    )


def _with_changes(rows: Sequence[Row], mutations: Sequence[Row], column: str) -> Iterable[Row]:
    """Say with each execution which keys of the state changed in it, as the log writes it."""
    changes = {key: own for key, own in _grouped(mutations, column).items() if key}
    for row in rows:
        own = changes.get(row[column])
        yield row if own is None else {**row, "state_change": " ".join(_state_change(change).signed for change in own)}


def _state_change(row: Row) -> StateChange:
    return StateChange(row["mutation_kind"], row["state_key"], row.get("value_after"), bool(row.get("is_value_cut")))


def _state_marks(mutations: Sequence[Row], clock: LineClock, origin: float | None) -> Iterable[Mark]:
    """Yield a mark for each row of the log that says what changed, with all its keys."""
    for _, group in groupby(mutations, key=lambda row: row["line_number"]):
        rows = list(group)
        changes = tuple(map(_state_change, rows))
        first = {**rows[0], "emitted_at": rows[0].get("mutated_at")}
        mark = _mark("state", " ".join(change.signed for change in changes), first, clock, origin, _FACTS["state"])
        yield replace(
            mark, changes=changes, handler_key=first.get("handler_execution_id"), beat_key=first["beat_execution_id"]
        )


def _with_room(flows: list[Span], beats: list[Span], origin: float | None) -> Iterable[Span]:
    """Let a flow whose end is unknown reach to the end of its last beat."""
    last_end: dict[str, float] = defaultdict(float)
    for beat in beats:
        if beat.flow_id:
            last_end[beat.flow_id] = max(last_end[beat.flow_id], beat.ended_ms)
    for flow in flows:
        wanted = last_end[flow.span_key] - flow.started_ms
        is_short = wanted > flow.drawn_ms and (flow.duration_ms is None or origin is None)
        yield replace(flow, drawn_ms=wanted) if is_short else flow


def _movement_spans(beats: Sequence[Span]) -> Iterable[Span]:
    """Group the beats of a flow into movements: from the first beat's start to the last beat's end."""
    groups: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for beat in beats:
        if beat.flow_id:
            groups[beat.flow_id, str(beat.facts.get("movement_name") or "")].append(beat)
    for (flow_id, name), members in groups.items():
        started = min(beat.started_ms for beat in members)
        ended = max(beat.ended_ms for beat in members)
        is_failed = any(beat.status == "failed" for beat in members)
        yield Span(
            kind="movement",
            span_key=f"{flow_id}/{name}",
            name=name or "(movement without a name)",
            started_ms=started,
            drawn_ms=ended - started,
            duration_ms=ended - started if all(beat.duration_ms is not None for beat in members) else None,
            status="failed" if is_failed else members[-1].status,
            line_number=min(beat.line_number for beat in members),
            parent_key=flow_id,
            flow_id=flow_id,
            facts={"beat_count": len(members), **facts_of(members[0].facts, ("sequence_name", "sequence_id"))},
        )


def _queue_waits(flows: Sequence[Row], origin: float) -> Iterable[Span]:
    for row in flows:
        queued, started = epoch_ms(row.get("queued_at")), epoch_ms(row.get("started_at"))
        if queued is None or started is None or started <= queued:
            continue
        wait = started - queued
        key = f"{row['flow_id']}/wait"
        yield Span(
            "queue_wait", key, str(row["sequence_name"]), queued - origin, wait, wait, "waited", row["line_number"],
            row["flow_id"], row["flow_id"],
        )  # fmt: skip


def _gap_spans(gaps: Sequence[Row], origin: float) -> Iterable[Span]:
    for row in gaps:
        started = epoch_ms(row.get("started_at"))
        duration = row.get("duration_ms")
        if started is not None and duration is not None:
            name = str(row.get("gap_class") or "silent")
            yield Span(
                "gap", row["gap_id"], name, started - origin, duration, duration, "silent", row["line_number"],
                None, row.get("flow_id"), facts_of(row, ("next_line_number",)),
            )  # fmt: skip


def _marks(rows: SessionRows, clock: LineClock, origin: float | None) -> Iterable[Mark]:
    for row in rows.errors:
        kind: MarkKind = "warning" if row.get("severity") == "warning" else "error"
        name = row.get("message") or row.get("error_class") or "error"
        yield _mark(kind, name, row, clock, origin, _FACTS["error"])
    for row in rows.deviations:
        yield _mark("deviation", row["deviation_class"], row, clock, origin, _FACTS["deviation"])
    for row in rows.signals:
        if row["signal"] == "topic_published":
            yield _mark("topic", row.get("topic") or "(topic without a name)", row, clock, origin, ("item_count",))
        elif row["signal"] == "user_acted":
            yield _mark("user_action", row.get("user_action") or "user action", row, clock, origin, ())
    yield from _state_marks(rows.mutations, clock, origin)
    if origin is not None:
        yield from registration_marks(rows.signals, clock.at, origin)


def _mark(kind: MarkKind, name: str, row: Row, clock: LineClock, origin: float | None, names: tuple[str, ...]) -> Mark:
    stamped = epoch_ms(row.get("emitted_at"))
    at = clock.at(row["line_number"]) if stamped is None or origin is None else stamped - origin
    return Mark(kind, name, at, row["line_number"], row.get("flow_id"), facts_of(row, names))


def _grouped(rows: Sequence[Row], column: str) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["line_number"]):
        groups[row.get(column) or ""].append(row)
    return groups


def _room(duration: float | None) -> float:
    return NOMINAL_MS if duration is None else max(float(duration), 0.0)
