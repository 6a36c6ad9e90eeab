"""Rules on values that production always obeyed, for sightline_checks.py; written by Sightline beside the tests.

sightline-checks.mjs holds the same rules in JavaScript.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any


def value_differences(
    key: str, check: Mapping[str, Any], value: Any, before: Mapping[str, Any], say: Callable[..., None]
) -> None:
    """Say which rule a value of a key does not obey; the first of each place."""
    at = check.get("at", "")
    place = f"{key}.{at}" if at else key
    for one in places_of(value, at):
        for name, wanted in check.items():
            if name == "at":
                continue
            known = _read(before, wanted) if name in _LINKS else wanted
            if name in _LINKS and known is None:
                continue
            if not _holds(name, one, known):
                words = f"{place} is {short(one)}, expected {name} {short(known)}"
                say(f"{key}/{at}:{name}", words, f"{place} {name} {short(wanted)}")
                return


def _holds(name: str, value: Any, wanted: Any) -> bool:
    try:
        return bool(_RULES[name](value, wanted))
    except TypeError:  # of another type than the rule is for
        return False


def _read(before: Any, wanted: Any) -> Any:
    """Return what stands at a path, or at each of several; None when one of them is not there."""
    if not isinstance(wanted, list):
        return next(iter(places_of(before, wanted)), None)
    found = [_read(before, path) for path in wanted]
    return None if None in found else found


def places_of(value: Any, path: str) -> list[Any]:
    """Return the values at a path like `lines[].quantity`; `[]` means every element."""
    places = [value]
    for name in filter(None, re.split(r"\.|(?=\[\])", path)):
        if name == "[]":
            places = [item for one in places if isinstance(one, list) for item in one]
        else:
            places = [one[name] for one in places if isinstance(one, Mapping) and name in one]
    return places


def _is(value: Any, kind: str) -> bool:
    kinds = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return kind == "number" or (kind == "integer" and float(value).is_integer())
    return kinds.get(type(value)) == kind


def _like(value: str, pattern: str) -> bool:
    # A `$` of Python lets a line end through.
    return re.search(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern, value) is not None


def is_beginning(shown: Any, value: Any) -> bool:
    """Return whether a value begins with what a log shows of another before a cut: leading items, or members."""
    if isinstance(shown, Mapping) and isinstance(value, Mapping):
        return all(name in value and is_beginning(one, value[name]) for name, one in shown.items())
    if isinstance(shown, list) and isinstance(value, list):
        return len(shown) <= len(value) and all(map(is_beginning, shown, value))
    return text_of(shown) == text_of(value)


def text_of(value: Any) -> str:
    """Return JSON text that is the same for equal values."""
    return json.dumps(value, sort_keys=True, default=str)


def _texts(values: list[Any]) -> list[str]:
    return [text_of(value) for value in values]


def _count(value: Any) -> Any:
    return len(value) if isinstance(value, list) else value


def short(value: Any) -> str:
    """Return JSON text for a sentence."""
    shown = text_of(value)
    return f"{shown[:120]}..." if len(shown) > 120 else shown


def _is_near(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 * max(1.0, abs(left), abs(right))


def _total(read: Any) -> Any:
    return sum(read.values() if isinstance(read, Mapping) else read)


_LINKS = {"sameAs", "sameItemsAs", "itemsOf", "asManyAs", "sumIs", "contains", "eachContains"}
_LINKS |= {"sumOf", "differenceOf", "productOf", "totalOf", "atMost", "atLeast"}
_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "equals": lambda value, wanted: text_of(value) == text_of(wanted),
    "oneOf": lambda value, words: text_of(value) in _texts(words),
    "like": _like,
    "from": lambda value, least: value >= least,
    "to": lambda value, most: value <= most,
    "length": lambda value, wanted: len(value) == wanted,
    "lengthFrom": lambda value, least: len(value) >= least,
    "lengthTo": lambda value, most: len(value) <= most,
    "sameAs": lambda value, read: text_of(value) == text_of(read),
    "sameItemsAs": lambda value, read: sorted(_texts(value)) == sorted(_texts(read)),
    "itemsOf": lambda value, read: set(_texts(value)) <= set(_texts(read)),
    "asManyAs": lambda value, read: len(value) == _count(read),
    "sumIs": lambda value, read: sum(value) == read,
    "contains": lambda value, read: read in value,
    "eachContains": lambda value, read: all(map(operator.contains, value, read)),
    "sumOf": lambda value, read: _is_near(value, read[0] + read[1]),
    "differenceOf": lambda value, read: _is_near(value, read[0] - read[1]),
    "productOf": lambda value, read: _is_near(value, read[0] * read[1]),
    "totalOf": lambda value, read: _is_near(value, _total(read)),
    "atMost": lambda value, read: value <= read,
    "atLeast": lambda value, read: value >= read,
}
