"""Replay bundles as JSON files: everything known of one flow, for a runner on any machine.

A bundle needs neither warehouse nor log. Values are JSON where the log shows them whole (`value`), text where it shows
a part (`shown`); what is not there says so. Reading a bundle gives the same bundle back.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from orchestration.analysis.replay.replay_model import (
    BeatStep,
    DeclaredStep,
    HandlerStep,
    ReplayBundle,
    ReplayInput,
    StateChange,
)
from orchestration.domain.errors import UsageError
from orchestration.exports.json_bytes import json_bytes

VERSION = 1
_DECLARED = {
    "position": "position",
    "topic": "topic",
    "movement_number": "movement_number",
    "movement_name": "movement",
    "beat_number": "beat",
    "title": "title",
    "handler_name": "handler",
    "kind": "kind",
    "timing": "timing",
    "json_path": "json_path",
}


def write_bundle(bundle: ReplayBundle) -> bytes:
    """Return the bundle as a JSON file."""
    return json_bytes(bundle_object(bundle))


def bundle_object(bundle: ReplayBundle) -> dict[str, Any]:
    """Return the bundle as JSON values."""
    flow = {
        "flow_id": bundle.flow_id,
        "sequence_key": bundle.sequence_key,
        "sequence_name": bundle.sequence_name,
        "status": bundle.status,
        **bundle.facts,
    }
    return {
        "sightline_replay": VERSION,
        "flow": flow,
        "declared": [
            _given({word: getattr(step, name) for name, word in _DECLARED.items()}) for step in bundle.declared
        ],
        "observed": [step_object(step) for step in bundle.observed],
        "request": {
            "values": {key: _value(text) for key, text in bundle.request_values.items()},
            "line_numbers": list(bundle.request_lines),
            "publisher": {key: _value(text) for key, text in sorted(bundle.publisher_values.items())},
        },
        "inputs": request_inputs(bundle),
        "replayability": {
            "level": bundle.logged_level,
            "score_pct": round(bundle.replayability_pct, 3),
            "missing": bundle.missing_fields.split("; ") if bundle.missing_fields else [],
        },
    }


def request_inputs(bundle: ReplayBundle) -> list[dict[str, Any]]:
    """Return the keys that came in with the request, as far as handlers read them: each once, by name.

    A value the request's own records name is known; one an earlier flow of the session held is a candidate.
    """
    found: dict[str, dict[str, Any]] = {}
    for handler in (handler for step in bundle.observed for handler in step.handlers):
        for one in handler.inputs:
            if one.state == "not_logged":
                found.setdefault(one.key, _request_input(one, bundle.request_values))
    return [found[key] for key in sorted(found)]


def _request_input(one: ReplayInput, values: Mapping[str, str]) -> dict[str, Any]:
    if one.key in values:
        return {"key": one.key, "state": "known", "value": _value(values[one.key])}
    candidate = {} if one.candidate is None else {"candidate": _value(one.candidate), "line": one.candidate_line_number}
    return {"key": one.key, "state": "not_logged", **candidate}


def step_object(step: BeatStep) -> dict[str, Any]:
    """Return a beat that ran, as JSON values."""
    return _given(
        {
            "topic": step.topic,
            "movement": step.movement_name,
            "beat": step.beat_number,
            "title": step.title,
            "status": step.status,
            "line": step.line_number,
            "handlers": [_handler_object(handler) for handler in step.handlers],
        }
    )


def read_bundle(content: bytes, name: str) -> ReplayBundle:
    """Return the bundle of a file; raise UsageError when it is none."""
    try:
        value = json.loads(content)
        if value["sightline_replay"] != VERSION:
            raise UsageError(f"{name}: a bundle of version {value['sightline_replay']}; this is version {VERSION}")
        return _read_object(value)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"{name}: is no replay bundle ({type(error).__name__}: {error})") from None


def read_step(value: Mapping[str, Any]) -> BeatStep:
    """Return a step from JSON values, as bundles and answers of a replay command hold it."""
    return BeatStep(
        str(value["topic"]),
        str(value.get("status", "completed")),
        value.get("movement"),
        value.get("beat"),
        value.get("title"),
        value.get("line"),
        tuple(_read_handler(handler) for handler in value.get("handlers", ())),
    )


def _read_object(value: Mapping[str, Any]) -> ReplayBundle:
    facts = dict(value["flow"])
    score = value["replayability"]
    return ReplayBundle(
        facts.pop("flow_id"),
        facts.pop("sequence_key"),
        facts.pop("sequence_name"),
        facts.pop("status"),
        score["level"],
        score["score_pct"],
        "; ".join(score["missing"]) or None,
        tuple(_read_declared(step) for step in value["declared"]),
        tuple(read_step(step) for step in value["observed"]),
        {key: _text(one) for key, one in value["request"]["values"].items()},
        tuple(value["request"]["line_numbers"]),
        facts,
        {key: _text(one) for key, one in value["request"].get("publisher", {}).items()},
    )


def _read_declared(value: Mapping[str, Any]) -> DeclaredStep:
    values: dict[str, Any] = {name: value.get(word) for name, word in _DECLARED.items()}
    return DeclaredStep(**values)


def _handler_object(handler: HandlerStep) -> dict[str, Any]:
    return _given(
        {
            "plugin": handler.plugin_name,
            "handler": handler.handler_name,
            "status": handler.status,
            "line": handler.line_number,
            "code": handler.code_place,
            "inputs": [_input_object(one) for one in handler.inputs],
            "changes": list(_change_objects(handler.changes)),
            "error": handler.error_class,
            "message": handler.error_message,
        }
    )


def _input_object(one: ReplayInput) -> dict[str, Any]:
    shown = {} if one.value is None else {"value": _value(one.value)} if one.state == "known" else {"shown": one.value}
    candidate = {} if one.candidate is None else {"candidate": _value(one.candidate), "line": one.candidate_line_number}
    return {"key": one.key, "state": one.state, **shown, **candidate}


def _change_objects(changes: Iterable[StateChange]) -> Iterable[dict[str, Any]]:
    for change in changes:
        yield {
            "key": change.key,
            "kind": change.kind,
            **({} if change.value is None else {"value": _value(change.value)}),
        }


def _read_handler(value: Mapping[str, Any]) -> HandlerStep:
    return HandlerStep(
        value.get("plugin"),
        value.get("handler"),
        str(value.get("status", "ok")),
        value.get("line"),
        value.get("code"),
        tuple(_read_input(one) for one in value.get("inputs", ())),
        tuple(
            StateChange(str(one["key"]), str(one["kind"]), _text(one["value"]) if "value" in one else None)
            for one in value.get("changes", ())
        ),
        value.get("error"),
        value.get("message"),
    )


def _read_input(one: Mapping[str, Any]) -> ReplayInput:
    value = _text(one["value"]) if "value" in one else one.get("shown")
    candidate = _text(one["candidate"]) if "candidate" in one else None
    return ReplayInput(one["key"], one["state"], value, candidate, one.get("line"))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [])}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
