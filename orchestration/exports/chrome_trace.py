"""Chrome's Trace Event Format (JSON object form), which Perfetto and chrome://tracing open.

A session is a process, each lane of the timeline a thread, a span a complete event (`X`), a mark an instant (`i`).
Times are microseconds since the session's origin. Slices of one thread may only nest, so spans that overlap get
threads of their own. Loss: whole-millisecond stamps can make a slice start up to a millisecond late.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.analysis.traces.trace_model import Mark, MarkKind, SessionTrace, Span, SpanKind
from orchestration.exports.json_bytes import json_bytes

_SPAN_LANES: tuple[tuple[SpanKind, str], ...] = (
    ("mount", "Start-up"),
    ("flow", "Sequences"),
    ("movement", "Movements"),
    ("beat", "Beats"),
    ("handler", "Handlers"),
    ("queue_wait", "Queue waits"),
    ("gap", "Silent gaps"),
)
_MARK_LANES: tuple[tuple[tuple[MarkKind, ...], str], ...] = (
    (("user_action",), "User actions"),
    (("registration",), "Registrations"),
    (("state",), "State"),
    (("topic",), "Topics"),
    (("error", "warning", "deviation"), "Errors"),
)
# Stamps are whole milliseconds: what seems to overlap by less than that may not.
_TOLERANCE_MS = 1.0
_PROCESS = 1


def write_chrome_trace(trace: SessionTrace) -> bytes:
    """Return the trace as a Chrome trace file."""
    return json_bytes(chrome_trace(trace))


def chrome_trace(trace: SessionTrace) -> dict[str, Any]:
    """Return the trace as a Chrome trace object."""
    clock = "log stamps" if trace.has_clock else "order of the log"
    other = {"session": trace.session_name, "clock": clock, "origin_epoch_ms": trace.origin_epoch_ms}
    return {"displayTimeUnit": "ms", "otherData": other, "traceEvents": list(_events(trace))}


def _events(trace: SessionTrace) -> Iterator[dict[str, Any]]:
    yield _metadata("process_name", 0, {"name": trace.session_name})
    thread = 0
    for kind, label in _SPAN_LANES:
        tracks = _pack([span for span in trace.spans if span.kind == kind])
        for number, track in enumerate(tracks):
            thread += 1
            yield from _thread(thread, label if len(tracks) == 1 else f"{label} {number + 1}")
            yield from _slices(track, thread)
    for kinds, label in _MARK_LANES:
        marks = [mark for mark in trace.marks if mark.kind in kinds]
        if marks:
            thread += 1
            yield from _thread(thread, label)
            yield from (_instant(mark, thread) for mark in marks)


def _pack(spans: Sequence[Span]) -> list[list[Span]]:
    """Share spans out over tracks on which none overlaps another."""
    tracks: list[list[Span]] = []
    for span in spans:
        free = (track for track in tracks if track[-1].ended_ms <= span.started_ms + _TOLERANCE_MS)
        track = next(free, None)
        if track is None:
            track = []
            tracks.append(track)
        track.append(span)
    return tracks


def _slices(track: Sequence[Span], thread: int) -> Iterator[dict[str, Any]]:
    cursor = 0
    for number, span in enumerate(track):
        start, end = _microseconds(span.started_ms), _microseconds(span.ended_ms)
        # What is before the session's origin keeps its place; only the track's own past moves a slice.
        start = start if number == 0 else max(start, cursor)
        cursor = max(start, end)
        event = {"name": span.name, "cat": span.kind, "ph": "X", "ts": start, "dur": cursor - start}
        yield event | {"pid": _PROCESS, "tid": thread, "args": _arguments(span)}


def _instant(mark: Mark, thread: int) -> dict[str, Any]:
    event = {"name": mark.name, "cat": mark.kind, "ph": "i", "s": "t", "ts": _microseconds(mark.at_ms)}
    changes = {"changes": [change.sentence for change in mark.changes]} if mark.changes else {}
    return event | {"pid": _PROCESS, "tid": thread, "args": {"line": mark.line_number, **mark.facts, **changes}}


def _arguments(span: Span) -> dict[str, Any]:
    stated = {} if span.duration_ms is None else {"duration_ms": span.duration_ms}
    return {"line": span.line_number, "status": span.status, **stated, **span.facts}


def _thread(thread: int, name: str) -> Iterator[dict[str, Any]]:
    yield _metadata("thread_name", thread, {"name": name})
    yield _metadata("thread_sort_index", thread, {"sort_index": thread})


def _metadata(name: str, thread: int, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "ph": "M", "pid": _PROCESS, "tid": thread, "args": arguments}


def _microseconds(ms: float) -> int:
    return round(ms * 1000)
