"""speedscope's JSON file format: an evented profile per flow, frames opened (`O`) and closed (`C`) in order.

speedscope asks for strict nesting in time, and logs do not give it: handlers are not awaited by their beat, and two can
overlap. Loss, therefore: a child starts when its elder sibling ends, and ends when its parent does; the full times are
in the Chrome and OTLP exports. Values are milliseconds since the session's origin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.analysis.traces.trace_model import SessionTrace, Span
from orchestration.exports.json_bytes import json_bytes
from orchestration.exports.trace_tree import children_of

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def write_speedscope(trace: SessionTrace) -> bytes:
    """Return the trace as a speedscope file."""
    return json_bytes(speedscope(trace))


def speedscope(trace: SessionTrace) -> dict[str, Any]:
    """Return the trace as a speedscope object; flows that never started have no profile."""
    frames = _Frames()
    children = children_of(trace)
    flows = [span for span in trace.spans if span.kind == "flow" and span.status != "never_started"]
    profiles = [_profile(flow, children, frames) for flow in flows]
    return {
        "$schema": _SCHEMA,
        "exporter": "sightline",
        "name": trace.session_name,
        "activeProfileIndex": 0,
        "shared": {"frames": frames.listed},
        "profiles": profiles,
    }


@dataclass(slots=True)
class _Frames:
    """The shared table of frames; equal frames share a number, so that speedscope can add them up."""

    numbers: dict[tuple[str, str | None, int | None], int] = field(default_factory=dict)

    def number(self, span: Span) -> int:
        path, line = span.facts.get("code_file_path"), span.facts.get("code_line_number")
        name = span.name if span.kind == "handler" else f"{span.kind}: {span.name}"
        key = (name, None if path is None else str(path), None if line is None else int(line))
        return self.numbers.setdefault(key, len(self.numbers))

    @property
    def listed(self) -> list[dict[str, Any]]:
        return [
            {"name": name} | ({"file": path} if path else {}) | ({"line": line} if line else {})
            for name, path, line in self.numbers
        ]


def _profile(flow: Span, children: Mapping[str, list[Span]], frames: _Frames) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    _write(flow, flow.started_ms, flow.ended_ms, children, frames, events)
    return {
        "type": "evented",
        "name": f"{flow.name} (line {flow.line_number}, {flow.status})",
        "unit": "milliseconds",
        "startValue": _value(flow.started_ms),
        "endValue": _value(flow.ended_ms),
        "events": events,
    }


def _write(
    span: Span,
    low: float,
    high: float,
    children: Mapping[str, list[Span]],
    frames: _Frames,
    events: list[dict[str, Any]],
) -> float:
    """Open and close a span and its children between `low` and `high`; return where it ended."""
    start = min(max(span.started_ms, low), high)
    limit = min(max(span.ended_ms, start), high)
    frame = frames.number(span)
    events.append({"type": "O", "frame": frame, "at": _value(start)})
    cursor = start
    for child in children.get(span.span_key, ()):
        cursor = _write(child, cursor, limit, children, frames, events)
    events.append({"type": "C", "frame": frame, "at": _value(limit)})
    return limit


def _value(ms: float) -> float:
    return round(ms, 3)
