"""What generated tests share: comparing what an application did with what production shows.

Written by Sightline beside the tests; it needs nothing but Python's standard library. A difference is a place (for
machines), a rule (the same for every run) and words (for people). Rules on values are sightline_rules.py's.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.util
import inspect
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from sightline_rules import is_beginning, short, text_of, value_differences  # type: ignore[import-not-found]

MOST_SECONDS = 5
Difference = dict[str, str]
Change = dict[str, Any]


def differences_of(test_id: str, produce: Callable[[], list[Difference]]) -> list[str]:
    """Run a test; return its differences in words. With SIGHTLINE_TESTS_REPORT set they go to that file too."""
    found: list[Difference] = [_whole("ends", f"it does not end within {MOST_SECONDS} s")]

    def run() -> None:
        try:
            found[:] = produce()
        except BaseException as error:  # a handler may raise whatever it likes, SystemExit included
            found[:] = [_whole(f"it throws {type(error).__name__}", f"it throws {type(error).__name__}: {error}")]

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(MOST_SECONDS)
    differences = list(found)
    if report := os.environ.get("SIGHTLINE_TESTS_REPORT"):
        with open(report, "a", encoding="utf-8") as file:
            file.write(json.dumps({"id": test_id, "differences": differences}) + "\n")
    return [one["text"] for one in differences]


def _whole(rule: str, text: str) -> Difference:
    return {"at": "", "rule": rule, "text": text}


def flow_differences(expected: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Difference]:
    """Compare the answer of a player (see how-to/replay) with the expected beats."""
    found: list[Difference] = []

    def say(at: str, text: str) -> None:
        found.append({"at": at, "rule": f"{expected['status']}: {at}", "text": text})

    if answer["status"] != expected["status"]:
        say("status", f"ended as {answer['status']} ({answer.get('error', '')}), expected {expected['status']}")
    played, wanted = (" > ".join(beat["topic"] for beat in beats) for beats in (answer["steps"], expected["beats"]))
    if played != wanted:
        say("beats", f"played {played}, expected {wanted}")
        return found
    state = dict(answer.get("inputs") or {})
    for place, (beat, step) in enumerate(zip(expected["beats"], answer["steps"], strict=True)):
        if step["status"] != beat["status"]:
            say(f"{place}/status", f"{beat['topic']} {step['status']}, expected {beat['status']}")
        handlers = step.get("handlers") or []
        ran, named = (", ".join(one["handler"] for one in some) for some in (handlers, beat.get("handlers") or []))
        if "handlers" not in beat:
            continue
        if ran != named:
            say(f"{place}/handlers", f"{beat['topic']} ran {ran}, expected {named}")
            continue
        for order, (handler, done) in enumerate(zip(beat["handlers"], handlers, strict=True)):
            found += handler_differences(f"{place}/{order}", handler, done, state)
            _apply(state, done.get("changes") or [])
    return found


def _apply(state: dict[str, Any], changes: Iterable[Mapping[str, Any]]) -> None:
    for change in changes:
        if change["kind"] == "removed":
            state.pop(change["key"], None)
        else:
            state[change["key"]] = change.get("value")


def handler_differences(
    at: str, expected: Mapping[str, Any], done: Mapping[str, Any], before: Mapping[str, Any]
) -> list[Difference]:
    """Compare what one handler did with what it always did. `before` is the state it read."""
    found: list[Difference] = []
    name = expected["handler"]

    def say(where: str, text: str, rule: str | None = None) -> None:
        found.append({"at": f"{at}/{where}", "rule": f"{name}: {rule or where}", "text": f"{name}: {text}"})

    if done["status"] != expected["status"]:
        say("status", f"{done['status']} ({done.get('error', '')}), expected {expected['status']}")
    if "error" in expected and done.get("error", expected["error"]) != expected["error"]:
        say("error", f"threw {done['error']}, expected {expected['error']}")
    if "publishes" in expected and "published" in done:
        missing = [topic for topic in expected["publishes"] if topic not in done["published"]]
        known = [*expected["publishes"], *expected.get("mayPublish", [])]
        strange = [topic for topic in done["published"] if topic not in known]
        if missing:
            say("publishes", f"does not publish {', '.join(missing)}")
        if strange:
            say("mayPublish", f"publishes {', '.join(strange)}, which production never showed")
    if "changes" in expected:
        _compare_changes(expected, done, before, say)
    return found


def _compare_changes(
    expected: Mapping[str, Any], done: Mapping[str, Any], before: Mapping[str, Any], say: Callable[..., None]
) -> None:
    changes = {change["key"]: change for change in done.get("changes") or []}
    for key in changes:
        if expected.get("onlyThese") and key not in expected["changes"]:
            say(f"{key}/strange", f"changes {key}, which production never showed")
    for key, rule in expected["changes"].items():
        change = changes.get(key)
        if change is None:
            if rule.get("always"):
                say(f"{key}/always", f"does not change {key}")
            elif rule.get("seen"):
                say(f"{key}/seen", f"does not change {key}, as in the flow it plays")
            continue
        _compare_change(key, rule, change, before, say)


def _compare_change(
    key: str, rule: Mapping[str, Any], change: Change, before: Mapping[str, Any], say: Callable[..., None]
) -> None:
    if rule.get("unchanged"):
        say(f"{key}/unchanged", f"changes {key}, unlike the flow it plays")
    if "kind" in rule and rule["kind"] != change["kind"]:
        say(f"{key}/kind", f"{key} is {change['kind']}, expected {rule['kind']}")
    if change["kind"] == "removed" or "value" not in change:
        return
    if "here" in rule and text_of(rule["here"]) != text_of(change["value"]):
        say(f"{key}/here", f"{key} is {short(change['value'])}, in the flow it plays it was {short(rule['here'])}")
    if "begins" in rule and not is_beginning(rule["begins"], change["value"]):
        say(
            f"{key}/begins", f"{key} is {short(change['value'])}, in the flow it plays it began {short(rule['begins'])}"
        )
    for check in rule.get("values", []):
        value_differences(key, check, change["value"], before, say)


def load_module(place: str, folder: str) -> ModuleType:
    """Import a Python file by its path from `folder`, as its application imports it: by the packages around it."""
    path = (Path(folder) / place).resolve()
    root, names = path.parent, [path.stem]
    while (root / "__init__.py").is_file():
        names.insert(0, root.name)
        root = root.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    # A folder without __init__.py may be a package all the same, whose modules name it.
    above = [] if len(names) > 1 else [".".join((root.name, path.stem))]
    if above and str(root.parent) not in sys.path:
        sys.path.append(str(root.parent))
    module = _first_of([*above, ".".join(names)], path)
    if module is None:
        raise LookupError(f"{place} cannot be imported as {'.'.join(names)}: another file has that name")
    return module


def _first_of(names: Iterable[str], path: Path) -> ModuleType | None:
    for name in names:
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            continue
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
            continue
        if Path(module.__file__ or "").resolve() == path:
            return module
    return None


def handler_of(module: ModuleType, name: str) -> Callable[..., Any]:
    """Return the function of a module by its name: of the module itself, or in the handlers it offers."""
    offers = [vars(module), getattr(module, "handlers", None), getattr(module, "HANDLERS", None)]
    offers.append(getattr(getattr(module, "plugin", None), "handlers", None))
    for one in offers:
        if isinstance(one, Mapping) and callable(one.get(name)):
            found: Callable[..., Any] = one[name]
            return found
    raise LookupError(f"{module.__name__} has no {name}")


def call_handler(handler: Callable[..., Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Call a handler by itself: with the state first, then, where it takes one, a context that keeps what it does."""
    state = json.loads(json.dumps(inputs))
    published: list[str] = []

    def publish(topic: object, *_: object, **__: object) -> None:
        published.append(str(topic))

    def nothing(*_: object, **__: object) -> None:
        return None

    context = SimpleNamespace(
        payload=state,
        publish=publish,
        emit=publish,
        published=published,
        logger=logging.getLogger("sightline"),
        conductor=SimpleNamespace(play=nothing, publish=publish, emit=publish, on=nothing, off=nothing),
    )
    try:
        returned = handler(state, context) if _takes_context(handler) else handler(state)
        if inspect.isawaitable(returned):
            returned = asyncio.run(_awaited(returned))
    except Exception as error:
        return {"status": "error", "error": type(error).__name__, "published": published, "changes": []}
    after = {**state, **(returned if isinstance(returned, Mapping) else {})}
    return {"status": "ok", "published": published, "changes": changes_between(inputs, after)}


async def _awaited(value: Any) -> Any:
    return await value


def _takes_context(handler: Callable[..., Any]) -> bool:
    try:
        inspect.signature(handler).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # a built-in function tells no signature
        pass
    return True


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the keys that were added, updated and removed, with their values as JSON holds them."""
    found: list[Change] = []
    for key in {**before, **after}:
        if key not in after:
            found.append({"key": key, "kind": "removed"})
        elif key not in before:
            found.append({"key": key, "kind": "added", "value": _plain(after[key])})
        elif text_of(before[key]) != text_of(_plain(after[key])):
            found.append({"key": key, "kind": "updated", "value": _plain(after[key])})
    return found


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=_as_json))


def _as_json(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
