"""What a generated script expects, as plain values: the shapes that test_support/sightline-checks.mjs compares."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orchestration.analysis.replay.suggested_test import ExpectedBeat, ExpectedChange, ExpectedHandler
from orchestration.analysis.replay.value_rules import Rule


def expected_flow(
    status: str, beats: Sequence[ExpectedBeat], left_out: Collection[str], is_proven: bool
) -> dict[str, Any]:
    """Return the expectations of a whole flow, without the places that are left out."""
    return {
        "status": status,
        "beats": [_beat(str(place), beat, left_out, is_proven) for place, beat in enumerate(beats)],
    }


def _beat(at: str, beat: ExpectedBeat, left_out: Collection[str], is_proven: bool) -> dict[str, Any]:
    value: dict[str, Any] = {"topic": beat.topic, "status": beat.status}
    if beat.handlers is not None and f"{at}/handlers" not in left_out:
        value["handlers"] = [
            expected_handler(f"{at}/{n}", one, left_out, is_proven) for n, one in enumerate(beat.handlers)
        ]
    return value


def expected_handler(at: str, handler: ExpectedHandler, left_out: Collection[str], is_proven: bool) -> dict[str, Any]:
    """Return the expectations of one handler.

    What one execution alone showed counts where running the tests proves it, or production did by repeating itself.
    """
    value: dict[str, Any] = {"handler": handler.handler_name, "status": handler.status}
    if handler.error_class and f"{at}/error" not in left_out:
        value["error"] = handler.error_class
    if handler.publishes is not None and f"{at}/publishes" not in left_out:
        value["publishes"] = list(handler.publishes)
        if handler.may_publish:
            value["mayPublish"] = list(handler.may_publish)
    if handler.status == "ok" and handler.execution_count:
        value["n"] = handler.execution_count
        if not any(place.startswith(f"{at}/") and place.endswith("/strange") for place in left_out):
            value["onlyThese"] = True
        is_same_again = is_proven or handler.is_repeatable
        value["changes"] = {
            one.key: _change(f"{at}/{one.key}", one, left_out, is_same_again) for one in handler.changes
        }
    return value


def _change(at: str, change: ExpectedChange, left_out: Collection[str], is_same_again: bool) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if change.kind and f"{at}/kind" not in left_out:
        value["kind"] = change.kind
    if change.is_always and f"{at}/always" not in left_out:
        value["always"] = True
    elif change.is_seen and f"{at}/seen" not in left_out:
        value["seen"] = True
    elif not change.is_seen and is_same_again and f"{at}/unchanged" not in left_out:
        value["unchanged"] = True
    if change.here is not None and is_same_again and f"{at}/here" not in left_out and not _is_constant(change):
        value["here"] = json.loads(change.here)
    if change.begins is not None and is_same_again and f"{at}/begins" not in left_out:
        value["begins"] = json.loads(change.begins)
    rules = [rule for rule in change.rules if f"{at}/{rule.path}:{rule.name}" not in left_out]
    if rules:
        value["values"] = _rules(rules)
    return value


def _is_constant(change: ExpectedChange) -> bool:
    return any(rule.name == "equals" and not rule.path for rule in change.rules)


def _rules(rules: list[Rule]) -> list[Mapping[str, Any]]:
    by_path: dict[str, dict[str, Any]] = {}
    for rule in rules:
        by_path.setdefault(rule.path, {"at": rule.path} if rule.path else {})[rule.name] = rule.argument
    return list(by_path.values())
