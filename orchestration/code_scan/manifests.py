"""Manifests: declared topics with their routes, and declared plugins. Recognised by shape, not by file name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

_TOPIC_KEYS = frozenset(
    {"routes", "payloadSchema", "schema", "visibility", "notes", "description", "correlationKeys", "perf"}
)


RouteKind = Literal["topic", "interaction", "definition"]


@dataclass(frozen=True, slots=True)
class Route:
    """A topic and the sequence it starts; a topic nobody listens to has neither plugin nor sequence.

    `route_kind` is `topic` where publishing starts the sequence; `interaction` where a manifest only gives one
    sequence a name to be asked for by: nothing is delivered to that name; `definition` where a manifest defines a
    topic and says nothing of routes, not even that there are none.
    """

    topic: str
    plugin_name: str | None
    sequence_key: str | None
    route_kind: RouteKind = "topic"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A declared plugin; `module` is where its code is said to be."""

    plugin_name: str
    description: str | None
    module: str | None


def read_routes(value: Any) -> list[Route]:
    """Return the topics and routes a JSON value declares, in its order."""
    if not isinstance(value, dict):
        return []
    found = list(_topics(value.get("topics")))
    routes = value.get("routes")
    if isinstance(routes, dict):
        for topic, targets in routes.items():
            kind: RouteKind = "topic" if isinstance(targets, list) else "interaction"
            found += [replace(route, route_kind=kind) for route in _routes_of(topic, targets)]
    elif isinstance(routes, list):
        for entry in routes:
            topic = _text(entry, "topic", "event")
            if topic:
                found += _routes_of(topic, entry)
    return list(dict.fromkeys(found))


def read_plugins(value: Any) -> list[Plugin]:
    """Return the plugins a JSON value declares."""
    entries = value.get("plugins") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        return []
    found = []
    for entry in entries:
        name = _text(entry, "id", "pluginId")
        if not name:
            return []
        part = next((entry[key] for key in ("runtime", "ui") if isinstance(entry.get(key), dict)), entry)
        found.append(Plugin(name, _text(entry, "description", "notes", "title"), _text(part, "module", "main")))
    return found


def _topics(topics: Any) -> Iterator[Route]:
    if isinstance(topics, dict):
        entries = list(topics.items())
        # An object called `topics` may be anything; these keys tell a manifest from a report about topics.
        if not all(isinstance(entry, dict) and (not entry or _TOPIC_KEYS & entry.keys()) for _, entry in entries):
            return
    elif isinstance(topics, list):
        entries = [(_text(entry, "topic", "name", "id") or "", entry) for entry in topics if isinstance(entry, dict)]
        entries = [(topic, entry) for topic, entry in entries if topic and "routes" in entry]
    else:
        return
    # Where no topic has the key, routes are declared elsewhere or nowhere: that one of them is taken is no fault.
    kind: RouteKind = "topic" if any("routes" in entry for _, entry in entries) else "definition"
    for topic, entry in entries:
        yield from _routes_of(topic, entry.get("routes")) or [Route(_clean(topic), None, None, kind)]


def _routes_of(topic: str, targets: Any) -> list[Route]:
    found = []
    for target in targets if isinstance(targets, list) else [targets]:
        key = _text(target, "sequenceId", "sequence", "sequenceKey")
        if key:
            found.append(Route(_clean(topic), _text(target, "pluginId", "plugin"), key))
    return found


def _text(value: Any, *names: str) -> str | None:
    if not isinstance(value, Mapping):
        return None
    return next(
        (_clean(value[name]) for name in names if isinstance(value.get(name), str) and value[name].strip()), None
    )


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
