"""The timeline report of one session: everything that lasted or happened, in the order of its start.

The events have the form that timeline viewers of event-driven applications read: `time` and `duration` in milliseconds
since the session's start, a `type`, a `color`. What Sightline knows beyond that stands in `details`. How a session
becomes spans and marks is orchestration/analysis/traces.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from orchestration.analysis.traces.trace_model import Mark, SessionTrace, Span
from orchestration.exports.markdown import escape_markdown
from orchestration.exports.reports.report import Report, facts, place, row_table, section, without_nulls
from orchestration.warehouse import Connection, Row, fetch_tuples

# The declared kind of a beat (pure, io, stage-crew ...) by the name of its sequence and its number.
BeatKinds = Mapping[tuple[object, object], str]

_COLORS = {
    "sequence": "#4c78a8", "data": "#72b7b2", "render": "#54a24b", "gap": "#e45756", "blocked": "#b3001b",
    "interaction": "#f58518", "topic": "#9d755d", "ui": "#b279a2", "plugin": "#8c6bb1", "init": "#bab0ac",
}  # fmt: skip
_TYPES = {
    "flow": "sequence", "movement": "sequence", "queue_wait": "sequence", "beat": "data", "handler": "data",
    "gap": "gap", "topic": "topic", "user_action": "interaction", "state": "data", "error": "ui", "warning": "ui",
    "deviation": "ui", "mount": "plugin", "registration": "init",
}  # fmt: skip
_BEAT_TYPES = {"stage-crew": "render", "ui": "ui"}
# What a person reads beat by beat; topics and changes of the state are in the JSON.
_COLUMNS = {
    "Time": "time", "Duration": "duration", "Kind": "kind", "Name": "name", "Status": "status", "Line": "line",
    "Code": "source",
}  # fmt: skip
_SHOWN = frozenset({"mount", "flow", "beat", "handler", "gap", "queue_wait", "user_action", "error", "deviation"})


def load_beat_kinds(connection: Connection) -> BeatKinds:
    """Read the declared kind of each beat, by sequence and number."""
    sql = "select sequence_name, beat_number, beat_kind from marts.dim_beats where beat_kind is not null"
    return {(name, number): kind for name, number, kind in fetch_tuples(connection, sql)}


def build_report(trace: SessionTrace, kinds: BeatKinds) -> Report:
    """Return the report of a session; without a clock times are the log's order laid end to end, and it says so."""
    events = [*(_span_event(span, kinds) for span in trace.spans), *map(_mark_event, trace.marks)]
    events.sort(key=lambda event: (event["time"], event["details"]["line"], event["details"]["kind"], event["name"]))
    length = max((event["time"] + event["duration"] for event in events), default=0.0)
    spans = [span.kind for span in trace.spans]
    return {
        "events": events,
        "totalDuration": length,
        "sessionStart": _stamp(trace, 0.0),
        "sessionEnd": _stamp(trace, length),
        "session": {
            "name": trace.session_name,
            "sessionId": trace.session_id,
            "logFile": trace.log_file_path,
            "hasClock": trace.has_clock,
        },
        "summary": {
            "totalEvents": len(events),
            "flows": spans.count("flow"),
            "beats": spans.count("beat"),
            "handlers": spans.count("handler"),
            "gaps": spans.count("gap"),
            "gapTime": sum(span.drawn_ms for span in trace.spans if span.kind == "gap"),
        },
        "unit": "ms",
    }


def _span_event(span: Span, kinds: BeatKinds) -> Row:
    kind = _TYPES[span.kind]
    if span.kind in ("beat", "handler"):
        sequence = span.facts.get("subscribed_sequence_name") or span.facts.get("sequence_name")
        kind = _BEAT_TYPES.get(kinds.get((sequence, span.facts.get("beat_number")), ""), kind)
    if span.kind == "gap" and span.name == "main_thread_blocked":
        kind = "blocked"
    is_stated = span.duration_ms is not None
    details: Row = {"kind": span.kind, "status": span.status, "line": span.line_number, "durationStated": is_stated}
    return _event(span, span.started_ms, span.duration_ms or 0.0, kind, details)


def _mark_event(mark: Mark) -> Row:
    details: Row = {"kind": mark.kind, "line": mark.line_number}
    if mark.changes:
        details["changes"] = [change.sentence for change in mark.changes]
    return _event(mark, mark.at_ms, 0.0, _TYPES[mark.kind], details)


def _event(item: Span | Mark, time: float, duration: float, kind: str, details: Row) -> Row:
    code = place(item.facts.get("code_file_path"), item.facts.get("code_line_number"))
    known = {"flow": item.flow_id, **item.facts, **details, "source": code}
    return {
        "time": time,
        "duration": duration,
        "name": item.name,
        "type": kind,
        "color": _COLORS[kind],
        "details": without_nulls(known),
    }


def _stamp(trace: SessionTrace, offset_ms: float) -> str | None:
    if trace.origin_epoch_ms is None:
        return None
    moment = datetime.fromtimestamp((trace.origin_epoch_ms + offset_ms) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_markdown(report: Report) -> str:
    """Return the report for people: the session, then a row per flow, beat, handler, gap, user action and error."""
    session, summary = report["session"], report["summary"]
    words = {
        "Log": session["logFile"],
        "Start": report["sessionStart"],
        "End": report["sessionEnd"],
        "Duration": report["totalDuration"],
        "Flows": summary["flows"],
        "Beats": summary["beats"],
        "Handlers": summary["handlers"],
        "Silent gaps": summary["gaps"],
        "Time in silent gaps": summary["gapTime"],
    }
    table = row_table(list(_rows(report["events"])), _COLUMNS, "Nothing in this session has a time.")
    clock = "" if session["hasClock"] else "\nThe log has no clock: events are laid end to end in its order.\n"
    title = f"# Timeline of {escape_markdown(session['name'])}\n\nTimes are milliseconds since the session's start.\n"
    return title + clock + section("Session", facts(words)) + section("Events", table)


def _rows(events: Iterable[Row]) -> Iterable[Row]:
    for event in events:
        details = event["details"]
        if details["kind"] in _SHOWN:
            is_open = details.get("durationStated") is False
            yield {
                "time": float(event["time"]),
                "duration": None if is_open else float(event["duration"]),
                "kind": details["kind"].replace("_", " "),
                "name": event["name"],
                "status": details.get("status"),
                "line": details["line"],
                "source": details.get("source"),
            }
