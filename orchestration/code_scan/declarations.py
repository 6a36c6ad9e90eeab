"""Declared sequences: from the JSON an application wrote to declarations with one set of names.

Recognised by shape, not by file name: an object with an id and a list `movements` is a sequence; an object that lists
files with a handlers path is an index, and tells where the handlers of those files are. Which copy counts when one
sequence is declared several times is decided in `declared`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

# Nobody declares this many; what does is data of another kind.
_MAX_BEATS = 10_000


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """A beat as declared, with its place in the sequence and in its file."""

    movement_number: int
    movement_key: str | None
    movement_name: str | None
    beat_number: int
    beat_position: int
    topic: str | None
    handler_name: str | None
    title: str | None
    kind: str | None
    timing: str | None
    error_handling: str | None
    json_path: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A sequence as one file declares it; `handlers_module` only where the sequence itself names it."""

    sequence_key: str
    sequence_name: str
    plugin_name: str | None
    description: str | None
    category: str | None
    movement_count: int
    beats: tuple[DeclaredBeat, ...]
    declaration_hash: str
    handlers_module: str | None


def read_declarations(value: Any, looks_inside: bool) -> list[Declaration]:
    """Return the sequences a JSON value declares; `looks_inside` also accepts sequences listed in an object."""
    return [_declaration(found, path) for found, path in _find_sequences(value, looks_inside)]


def read_index(value: Any) -> dict[str, str]:
    """Return the handlers module by file name, when the value is an index of sequences; else nothing."""
    entries = value.get("sequences") if isinstance(value, dict) else None
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            file_name = _text(entry, "file", "path", "source")
            module = _text(entry, "handlersPath", "handlersModule", "handlers_module", "handlers", "module")
            if file_name and module:
                found[file_name] = module
    return found


def _find_sequences(value: Any, looks_inside: bool) -> Iterator[tuple[Mapping[str, Any], str]]:
    if _is_sequence(value):
        yield value, "$"
        return
    lists = [(value, "$")] if isinstance(value, list) else []
    if isinstance(value, dict) and looks_inside:
        lists += [(inner, f"$.{key}") for key, inner in value.items() if isinstance(inner, list)]
    for entries, path in lists:
        for index, entry in enumerate(entries):
            if _is_sequence(entry):
                yield entry, f"{path}[{index}]"


def _is_sequence(value: Any) -> bool:
    if not isinstance(value, dict) or not _key(value):
        return False
    movements = value.get("movements")
    return isinstance(movements, list | dict) and all(isinstance(movement, dict) for _, movement in _items(movements))


def shape_problems(value: Any) -> list[str]:
    """Return what is left out of the sequences a value declares, and why it declares none though it has movements."""
    found = list(_find_sequences(value, looks_inside=True))
    if found:
        return [problem for sequence, path in found for problem in _left_out(sequence["movements"], path)]
    if not isinstance(value, dict) or "movements" not in value:
        return []
    movements = value["movements"]
    if not isinstance(movements, list | dict):
        return [f"$.movements is {_kind(movements)}, not a list: declares no sequence"]
    wrong = [f"$.movements{place} is {_kind(item)}" for place, item in _items(movements) if not isinstance(item, dict)]
    return [f"{wrong[0]}, not an object: declares no sequence"] if wrong else ["$.id is missing: declares no sequence"]


def _left_out(movements: Any, path: str) -> Iterator[str]:
    for place, movement in _items(movements):
        beats = movement.get("beats")
        where = f"{path}.movements{place}.beats"
        if beats is not None and not isinstance(beats, list | dict):
            yield f"{where} is {_kind(beats)}, not a list: left out"
            continue
        wrong = [(at, beat) for at, beat in _items(beats) if not isinstance(beat, dict)]
        if wrong:
            yield f"{where}{wrong[0][0]} is {_kind(wrong[0][1])}, not an object: left out{_more(wrong)}"
        yield from _no_names(beats, where)


def _no_names(beats: Any, where: str) -> Iterator[str]:
    """Tell handlers and topics that are given and are no names; a beat without one is no fault."""
    for key, read in (("handler", _handler_name), ("event", lambda beat: _text(beat, "event", "topic"))):
        given = [(at, beat[key], beat) for at, beat in _items(beats) if isinstance(beat, dict) and key in beat]
        wrong = [(at, name) for at, name, beat in given if not isinstance(name, str | None) and not read(beat)]
        if wrong:
            yield f"{where}{wrong[0][0]}.{key} is {_kind(wrong[0][1])}, not a name: left out{_more(wrong)}"


def _more(wrong: Sequence[object]) -> str:
    return f", and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""


def _items(value: Any) -> list[tuple[str, Any]]:
    """Return the entries of a list, or of an object that stands for one, with the place of each."""
    if isinstance(value, dict):
        # A lone surrogate is valid in JSON but cannot be written as UTF-8.
        return [(f".{key.encode('utf-8', 'replace').decode()}", entry) for key, entry in value.items()]
    return [(f"[{index}]", entry) for index, entry in enumerate(value)] if isinstance(value, list) else []


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "something else")


def _key(value: Mapping[str, Any], *names: str) -> str | None:
    """Return an id, which may be a number."""
    for name in names or ("id", "sequenceId", "key"):
        found = value.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
    return _text(value, *(names or ("id", "sequenceId", "key")))


def _declaration(value: Mapping[str, Any], path: str) -> Declaration:
    key = _key(value) or ""
    movements = _items(value["movements"])
    beats = tuple(_beats(movements, path))
    return Declaration(
        sequence_key=key,
        sequence_name=_text(value, "name", "title") or key,
        plugin_name=_text(value, "pluginId", "pluginName", "plugin"),
        description=_text(value, "description", "notes"),
        category=_text(value, "category", "group"),
        movement_count=len(movements),
        beats=beats,
        declaration_hash=_hash_beats(len(movements), beats),
        handlers_module=_text(value, "handlersPath", "handlersModule", "handlers_module"),
    )


def _beats(movements: list[tuple[str, Any]], path: str) -> Iterator[DeclaredBeat]:
    position = 0
    for movement_index, (place, movement) in enumerate(movements):
        # An object of movements names each by its key.
        own_key = place[1:] if place.startswith(".") else None
        for beat_index, (beat_place, beat) in enumerate(_items(movement.get("beats"))):
            if not isinstance(beat, dict) or position >= _MAX_BEATS:
                continue
            position += 1
            number: Any = beat.get("beat", beat.get("number"))
            yield DeclaredBeat(
                movement_number=movement_index + 1,
                movement_key=_key(movement, "id", "key") or own_key,
                movement_name=_text(movement, "name", "title", "id") or _key(movement, "id", "key") or own_key,
                beat_number=int(number) if _is_number(number) else beat_index + 1,
                beat_position=position,
                topic=_text(beat, "event", "topic"),
                handler_name=_handler_name(beat),
                title=_text(beat, "title", "name", "label"),
                kind=_text(beat, "kind", "type"),
                timing=_text(beat, "timing"),
                error_handling=_text(beat, "errorHandling", "onError", "error_handling"),
                json_path=f"{path}.movements{place}.beats{beat_place}",
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _handler_name(beat: Mapping[str, Any]) -> str | None:
    handler = beat.get("handler")
    if isinstance(handler, dict):
        return _text(handler, "name", "id", "function")
    return _text(beat, "handler", "handlerName", "handler_name")


def _text(value: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        text = value.get(name)
        if isinstance(text, str) and text.strip():
            # A lone surrogate is valid in JSON but cannot be written as UTF-8.
            return text.encode("utf-8", "replace").decode("utf-8").strip()
    return None


def _hash_beats(movement_count: int, beats: tuple[DeclaredBeat, ...]) -> str:
    content = [movement_count] + [
        [
            beat.movement_number,
            beat.movement_name,
            beat.beat_number,
            beat.topic,
            beat.handler_name,
            beat.kind,
            beat.timing,
        ]
        for beat in beats
    ]
    return blake2b(json.dumps(content).encode(), digest_size=8).hexdigest()
