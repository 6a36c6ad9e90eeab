"""A session's trace as the JSON that assets/timeline.js draws: a lane per kind, a column per property.

Names and texts are stored once and referred to by number. Everything is data: the browser shows it as text only. It
follows from the session alone, so that it stays the same when others are added: what is typical stands in a file of its
own (timeline_typical_file.py). Which sessions are drawn and what the page around it says belongs to timeline.py.
"""

from dataclasses import dataclass, field
from typing import Any

from docs_site.html.links import handler_url, plugin_url, relative_link, sequence_url, timeline_url
from docs_site.html.side_file import Strings
from docs_site.pages.timeline_typical import beat_key, typical_key
from orchestration.analysis.traces.trace_model import SPAN_KINDS, Mark, SessionTrace, Span, StateChange

Payload = dict[str, Any]

# A value of the state is shown as far as the log does; one line of it says enough on a timeline.
LONGEST_VALUE = 400

_MARK_LANES = (("user_action",), ("registration",), ("state",), ("topic",), ("error", "warning", "deviation"))
# By lane, the kinds of what stands in it.
LANE_KINDS: tuple[tuple[str, ...], ...] = (*((kind,) for kind in SPAN_KINDS), *_MARK_LANES)
# Facts a reader sees, in their words; facts without a word here are used by the page but not shown.
_FACT_WORDS = {
    "sequence_name": "sequence",
    "movement_name": "movement",
    "beat_number": "beat",
    "topic": "topic",
    "plugin_name": "plugin",
    "handler_name": "handler",
    "request_id": "request",
    "beat_count": "beats",
    "state_change": "state",
    "dispatch_duration_ms": "dispatch before it, ms",
    "queue_wait_ms": "waited in queue, ms",
    "overhead_ms": "outside handlers, ms",
    "duration_resolution_ms": "clock resolution, ms",
    "subscribed_sequence_name": "subscribed by",
    "is_inferred": "inferred from its state row",
    "error_class": "error class",
    "error_message": "error",
    "deviation_count": "deviations",
    "mount_number": "order",
    "is_already_mounted": "adds to an earlier mount",
    "failure_message": "error",
    "end_line_number": "ends at line",
    "severity": "severity",
    "expected": "expected",
    "observed": "observed",
    "item_count": "routes",
    "code_file_path": "code",
    "next_line_number": "ends at line",
}


@dataclass(slots=True)
class _Lane:
    columns: dict[str, list[Any]] = field(default_factory=dict)
    facts: list[int] = field(default_factory=list)

    def add(self, **values: Any) -> int:
        self.add_to(**values)
        return len(next(iter(self.columns.values()))) - 1

    def add_to(self, **values: Any) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)


class PayloadBuilder:
    """Builds the payload of one session."""

    def __init__(self, trace: SessionTrace) -> None:
        self._trace = trace
        self._strings = Strings()
        self._typical: dict[str, int] = {}
        self._page = timeline_url(trace.session_id)
        flows = [span for span in trace.spans if span.kind == "flow"]
        self._flow_numbers = {span.span_key: number for number, span in enumerate(flows)}
        self._places = {
            kind: {key: place for place, key in enumerate(span.span_key for span in trace.spans if span.kind == kind)}
            for kind in ("handler", "beat")
        }

    def build(self, lines_link: str | None) -> Payload:
        """Return the payload; `lines_link` is the lines page as seen from the timeline page, if there is one."""
        trace = self._trace
        lanes = [self._span_lane(kind) for kind in SPAN_KINDS]
        lanes += [self._mark_lane(kinds) for kinds in _MARK_LANES]
        return {
            **session_head(trace, lines_link),
            "lanes": [lane for lane in lanes if lane],
            "flowIds": list(self._flow_numbers),
            "typicalKeys": list(self._typical),
            "strings": self._strings.texts,
        }

    def _span_lane(self, kind: str) -> Payload | None:
        spans = [span for span in self._trace.spans if span.kind == kind]
        lane = _Lane()
        for span in spans:
            number = lane.add(
                start=milliseconds(span.started_ms),
                drawn=milliseconds(span.drawn_ms),
                duration=milliseconds(span.duration_ms),
                name=self._text(span.name),
                status=self._text(span.status),
                line=span.line_number,
                flow=self._flow_numbers.get(span.flow_id or "", -1),
                typical=self._typical_number(span),
                link=self._text(self._link(span)),
                key=self._text(self._key(span)),
            )
            self._add_facts(lane, number, span.facts)
        return {"kind": kind, **lane.columns, "facts": lane.facts} if spans else None

    def _mark_lane(self, kinds: tuple[str, ...]) -> Payload | None:
        marks = [mark for mark in self._trace.marks if mark.kind in kinds and is_shown(mark)]
        lane = _Lane()
        for mark in marks:
            number = lane.add(
                start=milliseconds(mark.at_ms),
                name=self._text(mark.name.replace("_", " ") if mark.kind == "deviation" else mark.name),
                status=self._text(_mark_status(mark)),
                mark=self._text(mark.kind),
                line=mark.line_number,
                flow=self._flow_numbers.get(mark.flow_id or "", -1),
            )
            if mark.kind == "state":
                lane.add_to(
                    handler=self._places["handler"].get(mark.handler_key or "", -1),
                    beat=self._places["beat"].get(mark.beat_key or "", -1),
                )
                self._add_changes(lane, number, mark)
            self._add_facts(lane, number, mark.facts)
        return {"kind": kinds[0], "isMarks": True, **lane.columns, "facts": lane.facts} if marks else None

    def _add_changes(self, lane: _Lane, number: int, mark: Mark) -> None:
        for change in mark.changes:
            lane.facts += [number, self._text(f"{change.kind} {change.state_key}"), self._text(_value_words(change))]

    def _add_facts(self, lane: _Lane, number: int, facts: Any) -> None:
        for name, word in _FACT_WORDS.items():
            if name not in facts or facts[name] is False:
                continue
            value = facts[name]
            if name == "code_file_path":
                value = f"{value}:{facts.get('code_line_number', '')}"
            lane.facts += [number, self._text(word), self._text(_shown(value))]

    def _typical_number(self, span: Span) -> int:
        key = _typical_key_of(span, self._key(span))
        return -1 if key is None else self._typical.setdefault(key, len(self._typical))

    def _key(self, span: Span) -> str | None:
        if span.kind != "beat":
            return None
        return beat_key(*(span.facts.get(name) for name in ("movement_name", "beat_number", "topic")))

    def _link(self, span: Span) -> str | None:
        handler_id, sequence_id = span.facts.get("handler_id"), span.facts.get("sequence_id")
        if span.kind == "handler":
            return relative_link(self._page, handler_url(str(handler_id))) if handler_id else None
        if span.kind == "mount" and "mount_number" in span.facts:
            return relative_link(self._page, plugin_url(span.name))
        return relative_link(self._page, sequence_url(str(sequence_id))) if sequence_id else None

    def _text(self, text: object) -> int:
        return self._strings.number(text)


def is_shown(item: Span | Mark) -> bool:
    """Tell whether a timeline draws something: what a healthy application does every time is no news."""
    return isinstance(item, Span) or item.facts.get("severity") != "info"


def session_head(trace: SessionTrace, lines_link: str | None) -> Payload:
    """Return what a payload says of the session itself; `lines_link` is the lines page as seen from the timeline."""
    session = {
        "id": trace.session_id,
        "name": trace.session_name,
        "origin": trace.origin_epoch_ms,
        "facts": {name: str(value) for name, value in trace.facts.items()},
    }
    return {"version": 1, "session": session, "lines": lines_link}


def _typical_key_of(span: Span, key: str | None) -> str | None:
    if span.kind == "flow":
        return typical_key("flow", span.name)
    if span.kind == "beat":
        return typical_key("beat", span.facts.get("sequence_name"), key)
    return typical_key("handler", span.facts.get("plugin_name"), span.name) if span.kind == "handler" else None


def _value_words(change: StateChange) -> str:
    if change.value is None:
        return "not shown"
    is_cut = change.is_cut or len(change.value) > LONGEST_VALUE
    return change.value[:LONGEST_VALUE] + (" \u2026 (cut)" if is_cut else "")


def _mark_status(mark: Mark) -> str:
    if mark.kind == "state":
        kinds = {change.kind for change in mark.changes}
        return kinds.pop() if len(kinds) == 1 else "changed"
    return str(mark.facts.get("severity") or mark.kind) if mark.kind == "deviation" else mark.kind


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def milliseconds(value: float | None) -> float | int | None:
    """Round to microseconds, without a fraction where there is none, to keep the file small."""
    if value is None:
        return None
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded
