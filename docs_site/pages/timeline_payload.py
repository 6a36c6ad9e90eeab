"""A session's trace as the JSON that assets/timeline.js draws: a lane per kind, a column per property.

Names and texts are stored once and referred to by number. Everything is data: the browser shows it as text only. Which
sessions are drawn and what the page around it says belongs to timeline.py.
"""

from dataclasses import dataclass, field
from typing import Any

from docs_site.links import handler_url, relative_link, sequence_url, timeline_url
from docs_site.pages.timeline_side_file import Strings
from docs_site.pages.timeline_typical import Typical, TypicalBeat, TypicalTimes, beat_key
from docs_site.queries.durations import ENOUGH
from orchestration.analysis.trace_model import SPAN_KINDS, Mark, SessionTrace, Span

Payload = dict[str, Any]

_MARK_LANES = (("user_action",), ("topic",), ("error", "warning", "deviation"))
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
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)
        return len(next(iter(self.columns.values()))) - 1


class PayloadBuilder:
    """Builds the payload of one session."""

    def __init__(self, trace: SessionTrace, times: TypicalTimes) -> None:
        self._trace = trace
        self._times = times
        self._strings = Strings()
        self._typical: dict[tuple[str, Typical], int] = {}
        self._page = timeline_url(trace.session_id)
        flows = [span for span in trace.spans if span.kind == "flow"]
        self._flow_numbers = {span.span_key: number for number, span in enumerate(flows)}
        self._names = {span.span_key: span.name for span in flows}

    def build(self, lines_link: str | None) -> Payload:
        """Return the payload; `lines_link` is the lines page as seen from the timeline page, if there is one."""
        trace = self._trace
        lanes = [self._span_lane(kind) for kind in SPAN_KINDS]
        lanes += [self._mark_lane(kinds) for kinds in _MARK_LANES]
        return {
            "version": 1,
            "session": {
                "id": trace.session_id,
                "name": trace.session_name,
                "origin": trace.origin_epoch_ms,
                "facts": {name: str(value) for name, value in trace.facts.items()},
            },
            "lines": lines_link,
            "lanes": [lane for lane in lanes if lane],
            "flowIds": list(self._flow_numbers),
            "ghosts": self._ghosts(),
            "typical": [_figures(typical) for _, typical in self._typical],
            "strings": self._strings.texts,
        }

    def _span_lane(self, kind: str) -> Payload | None:
        spans = [span for span in self._trace.spans if span.kind == kind]
        lane = _Lane()
        for span in spans:
            number = lane.add(
                start=_ms(span.started_ms),
                drawn=_ms(span.drawn_ms),
                duration=_ms(span.duration_ms),
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
        # What a healthy application does every time is no news on a timeline.
        marks = [mark for mark in self._trace.marks if mark.kind in kinds and mark.facts.get("severity") != "info"]
        lane = _Lane()
        for mark in marks:
            number = lane.add(
                start=_ms(mark.at_ms),
                name=self._text(mark.name.replace("_", " ") if mark.kind == "deviation" else mark.name),
                status=self._text(_mark_status(mark)),
                mark=self._text(mark.kind),
                line=mark.line_number,
                flow=self._flow_numbers.get(mark.flow_id or "", -1),
            )
            self._add_facts(lane, number, mark.facts)
        return {"kind": kinds[0], "isMarks": True, **lane.columns, "facts": lane.facts} if marks else None

    def _add_facts(self, lane: _Lane, number: int, facts: Any) -> None:
        for name, word in _FACT_WORDS.items():
            if name not in facts or facts[name] is False:
                continue
            value = facts[name]
            if name == "code_file_path":
                value = f"{value}:{facts.get('code_line_number', '')}"
            lane.facts += [number, self._text(word), self._text(_shown(value))]

    def _typical_number(self, span: Span) -> int:
        found: Typical | None = None
        if span.kind == "flow":
            found = self._times.sequences.get(span.name)
        elif span.kind == "beat":
            beat = self._times.beats.get((str(span.facts.get("sequence_name")), self._key(span) or ""))
            found = beat.duration if beat else None
        elif span.kind == "handler":
            found = self._times.handlers.get((str(span.facts.get("plugin_name")), span.name))
        return -1 if found is None else self._typical.setdefault((span.kind, found), len(self._typical))

    def _key(self, span: Span) -> str | None:
        if span.kind != "beat":
            return None
        return beat_key(*(span.facts.get(name) for name in ("movement_name", "beat_number", "topic")))

    def _link(self, span: Span) -> str | None:
        handler_id, sequence_id = span.facts.get("handler_id"), span.facts.get("sequence_id")
        if span.kind == "handler":
            return relative_link(self._page, handler_url(str(handler_id))) if handler_id else None
        return relative_link(self._page, sequence_url(str(sequence_id))) if sequence_id else None

    def _ghosts(self) -> list[Payload]:
        """Return the typical flow of every sequence that was played in this session."""
        ghosts = []
        for name in sorted(set(self._names.values())):
            beats = self._times.beats_of(name)
            if not beats or name not in self._times.sequences:
                continue
            typical = self._times.sequences[name]
            rows = [self._ghost_beat(beat) for beat in beats]
            ghosts.append({"sequence": self._text(name), "n": typical.n, "p50": _ms(typical.p50_ms), "beats": rows})
        return ghosts

    def _ghost_beat(self, beat: TypicalBeat) -> list[Any]:
        typical = beat.duration
        return [self._text(beat.key), self._text(beat.title), typical.n, _ms(typical.p50_ms), _ms(beat.offset_ms)]

    def _text(self, text: object) -> int:
        return self._strings.number(text)


def _figures(typical: Typical) -> list[float | int | None]:
    return [typical.n, _ms(typical.p50_ms), _ms(typical.p95_ms) if typical.n >= ENOUGH else None]


def _mark_status(mark: Mark) -> str:
    return str(mark.facts.get("severity") or mark.kind) if mark.kind == "deviation" else mark.kind


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _ms(value: float | None) -> float | int | None:
    """Round to microseconds, without a fraction where there is none, to keep the file small."""
    if value is None:
        return None
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded
