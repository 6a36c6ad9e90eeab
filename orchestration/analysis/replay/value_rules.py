"""Rules that a place in the state obeyed in every execution of a handler: constant, enum, type, pattern, range, length.

No rule comes from one value alone: each needs MIN_EXECUTIONS at least, and the looser the rule the more. Marks that
replaced secrets say nothing of the value and are left out. Links to what a handler read are in value_links.py.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.analysis.replay.value_paths import Part

# Three executions that agree: two agree by chance more easily than a reader believes.
MIN_EXECUTIONS = 3
# With n values of a range seen, the next falls outside with probability 2/(n+1): below 20 that is one test in ten.
_RANGE_EXECUTIONS = 20
# A set of values is taken as complete when each was seen five times on average; Good-Turing then puts the share of
# unseen values below the share of values seen once, which has to be nothing.
_MOST_WORDS = 8
_WORD_EXECUTIONS = 5
_LONGEST_PATTERN = 60
_REDACTED = "[redacted:"
_LAST_ESCAPED = 0xFFFF
_CLOCK = (1e12, 1e13)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on a place of a value. `argument` is JSON-able; `n` is the number of executions that obeyed it."""

    path: str
    name: str
    argument: Any
    n: int


def infer_rules(executions: Sequence[Sequence[Part]]) -> list[Rule]:
    """Return the rules that all executions obeyed; one list of parts per execution, by place."""
    seen: dict[str, list[list[Part]]] = {}
    for parts in executions:
        by_path: dict[str, list[Part]] = {}
        for part in parts:
            by_path.setdefault(part.path, []).append(part)
        for path, found in by_path.items():
            seen.setdefault(path, []).append(found)
    rules = [rule for path in sorted(seen) for rule in _rules_at(path, seen[path]) if rule.n >= MIN_EXECUTIONS]
    constant = {rule.path for rule in rules if rule.name == "equals"}
    return [rule for rule in rules if rule.path not in constant or rule.name == "equals"]


def kind_of(value: Any) -> str:
    """Return the JSON type of a value; whole numbers are `integer`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names: Mapping[type, str] = {float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _rules_at(path: str, executions: Sequence[Sequence[Part]]) -> Iterator[Rule]:
    parts = [part for found in executions for part in found]
    kinds = sorted({kind_of(part.value) for part in parts})
    if kinds == ["integer", "number"]:
        kinds = ["number"]
    if len(kinds) != 1:
        return
    yield Rule(path, "is", kinds[0], len(executions))
    whole: list[list[Any]] = [[part.value for part in found if part.is_whole] for found in executions]
    whole = [values for values in whole if values]
    values = [value for found in whole for value in found]
    if any(isinstance(value, str) and value.startswith(_REDACTED) for value in values):
        return
    if kinds[0] == "array":
        yield from _length_rules(path, whole)
    yield from _value_rules(path, kinds[0], values, len(whole))


def _value_rules(path: str, kind: str, values: Sequence[Any], n: int) -> Iterator[Rule]:
    counts = Counter(_text(value) for value in values)
    if not counts:
        return
    if len(counts) == 1:
        yield Rule(path, "equals", values[0], n)
    elif kind in ("string", "integer", "boolean") and _is_closed(counts, n):
        yield Rule(path, "oneOf", [json.loads(text) for text in sorted(counts)], n)
    elif kind == "string" and (pattern := _pattern(values)):
        yield Rule(path, "like", pattern, n)
    elif kind in ("integer", "number") and n >= _RANGE_EXECUTIONS and not _is_clock(values):
        yield Rule(path, "from", min(values), n)
        yield Rule(path, "to", max(values), n)


def _is_clock(values: Sequence[float]) -> bool:
    """Return whether all are milliseconds of the years 2001 to 2286: what was seen bounds no later one."""
    return all(_CLOCK[0] <= value < _CLOCK[1] for value in values)


def _length_rules(path: str, executions: Sequence[Sequence[list[Any]]]) -> Iterator[Rule]:
    lengths = [len(value) for found in executions for value in found]
    if not lengths:
        return
    if len(set(lengths)) == 1:
        yield Rule(path, "length", lengths[0], len(executions))
    elif len(executions) >= _RANGE_EXECUTIONS:
        yield Rule(path, "lengthFrom", min(lengths), len(executions))
        yield Rule(path, "lengthTo", max(lengths), len(executions))


def _is_closed(counts: Counter[str], n: int) -> bool:
    return len(counts) <= _MOST_WORDS and min(counts.values()) > 1 and n >= _WORD_EXECUTIONS * len(counts)


_RUNS = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]", re.DOTALL)
_WORDS = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]", re.DOTALL)
_CLASSES = ("0-9", "0-9a-f", "a-z", "A-Z", "A-Za-z", "A-Za-z0-9")


def _pattern(values: Sequence[str]) -> str | None:
    """Return a pattern of what all values share: text that never varied, classes with lengths for the rest."""
    if all(re.fullmatch(r"[0-9a-f]{4,64}", value) for value in values):
        return f"^[0-9a-f]{_times([len(value) for value in values])}$"
    for tokens_of in (_RUNS, _WORDS):
        split = [tokens_of.findall(value) for value in values]
        if len({len(tokens) for tokens in split}) != 1 or len(split[0]) > _LONGEST_PATTERN:
            continue
        pieces = [_piece(tokens) for tokens in zip(*split, strict=True)]
        if None not in pieces:
            return "^" + "".join(piece or "" for piece in pieces) + "$"
    return None


def _piece(tokens: Sequence[str]) -> str | None:
    if len(set(tokens)) == 1:
        return _literal(tokens[0])
    for letters in _CLASSES:
        if all(re.fullmatch(f"[{letters}]+", token) for token in tokens):
            return f"[{letters}]{_times([len(token) for token in tokens])}"
    return None


def _literal(text: str) -> str | None:
    # Escapes that JavaScript with the flag u and Python read alike; what lies beyond them makes no pattern.
    if any(ord(character) > _LAST_ESCAPED for character in text):
        return None
    return "".join(one if one.isascii() and (one.isalnum() or one in " _") else f"\\u{ord(one):04x}" for one in text)


def _times(lengths: Sequence[int]) -> str:
    least, most = min(lengths), max(lengths)
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
