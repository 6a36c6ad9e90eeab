"""OTLP JSON: the traces of a session as a collector's file exporter or its HTTP endpoint takes them.

A flow is a trace; its movements, beats and handlers are spans below it; errors and deviations of a flow are events of
its root span. Identifiers are hashes, so that an export repeated gives the same ones. Names follow OpenTelemetry's
stable conventions where there is one (`code.*`, `exception.*`), else begin with `sightline.`. By the protocol's JSON
mapping, ids are hexadecimal and 64-bit integers strings. Topics and gaps belong to no flow and are left out.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from orchestration.analysis.traces.trace_model import Fact, Mark, SessionTrace, Span
from orchestration.domain.identifiers import stable_id
from orchestration.exports.json_bytes import json_bytes
from orchestration.exports.trace_tree import NESTED_KINDS, parents_of

_INTERNAL = 1
_STATUS_UNSET, _STATUS_OK, _STATUS_ERROR = 0, 1, 2
_STATUS_CODES = {"completed": _STATUS_OK, "ok": _STATUS_OK, "failed": _STATUS_ERROR, "error": _STATUS_ERROR}
_CONVENTIONS = {
    "code_file_path": "code.file.path",
    "code_line_number": "code.line.number",
    "error_class": "exception.type",
    "error_message": "exception.message",
}


def write_otlp(trace: SessionTrace, service_name: str = "application") -> bytes:
    """Return the session's traces as OTLP JSON."""
    return json_bytes(otlp(trace, service_name))


def otlp(trace: SessionTrace, service_name: str = "application") -> dict[str, Any]:
    """Return the session's traces as an OTLP object; times of a log without a clock count from 1970."""
    resource: dict[str, Fact] = {
        "service.name": service_name,
        "log.file.path": trace.log_file_path,
        "sightline.session.name": trace.session_name,
        "sightline.clock": "log stamps" if trace.has_clock else "order of the log",
    }
    if build := trace.facts.get("build"):
        resource["service.version"] = build
    scope = {"name": "sightline"}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes(resource)},
                "scopeSpans": [{"scope": scope, "spans": list(_spans(trace))}],
            }
        ]
    }


def _spans(trace: SessionTrace) -> Iterable[dict[str, Any]]:
    parents = parents_of(trace)
    marks: dict[str, list[Mark]] = {}
    for mark in trace.marks:
        if mark.flow_id:
            marks.setdefault(mark.flow_id, []).append(mark)
    for span in trace.spans:
        if span.kind in NESTED_KINDS and span.flow_id:
            events = marks.get(span.span_key, []) if span.kind == "flow" else []
            yield _span(trace, span, parents[span.span_key], events)


def _span(trace: SessionTrace, span: Span, parent: str | None, events: Iterable[Mark]) -> dict[str, Any]:
    # A duration the log does not state is not made up: such a beat or handler ends where it begins.
    is_open = span.duration_ms is None and span.kind in ("beat", "handler")
    end = span.started_ms if is_open else span.ended_ms
    message = span.facts.get("error_message")
    status = {"code": _STATUS_CODES.get(span.status, _STATUS_UNSET)} | ({"message": str(message)} if message else {})
    return {
        "traceId": _trace_id(trace.session_id, span.flow_id or span.span_key),
        "spanId": _span_id(span.span_key),
        **({"parentSpanId": _span_id(parent)} if parent else {}),
        "name": span.name,
        "kind": _INTERNAL,
        "startTimeUnixNano": _nanoseconds(trace, span.started_ms),
        "endTimeUnixNano": _nanoseconds(trace, end),
        "attributes": _attributes(_facts(span)),
        "events": [_event(trace, mark) for mark in events],
        "status": status,
    }


def _facts(span: Span) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"sightline.kind": span.kind, "sightline.status": span.status}
    if span.kind == "handler":
        facts["code.function.name"] = span.name
    facts["sightline.log.line_number"] = span.line_number
    facts["sightline.is_duration_stated"] = span.duration_ms is not None
    return facts | _named(span.facts)


def _event(trace: SessionTrace, mark: Mark) -> dict[str, Any]:
    is_exception = mark.kind == "error"
    facts: dict[str, Fact] = {"exception.message": mark.name} if is_exception else {"sightline.deviation": mark.name}
    facts["sightline.log.line_number"] = mark.line_number
    return {
        "name": "exception" if is_exception else mark.kind,
        "timeUnixNano": _nanoseconds(trace, mark.at_ms),
        "attributes": _attributes(facts | _named(mark.facts)),
    }


def _named(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {_CONVENTIONS.get(name, f"sightline.{name}"): value for name, value in facts.items()}


def _attributes(facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in facts.items()]


def _value(value: Fact) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}


def _nanoseconds(trace: SessionTrace, ms: float) -> str:
    # Whole microseconds first: as a float a time of day has no room for nanoseconds.
    return str((round((trace.origin_epoch_ms or 0.0) * 1000) + round(ms * 1000)) * 1000)


def _trace_id(session_id: str, flow_id: str) -> str:
    return blake2b(f"{session_id}\x1f{flow_id}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _span_id(span_key: str) -> str:
    return stable_id("span", span_key)
