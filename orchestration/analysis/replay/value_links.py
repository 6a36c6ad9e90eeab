"""Links between what a handler read and what it left: the same value or items, a part, as many; a sum, a direction.

A link counts when every execution that shows both sides obeys it, in three executions at least and with three distinct
values (two lengths): a link that holds because nothing ever varied is a constant, and value_rules.py has those. A
relation of numbers needs ten executions and four distinct results, and every number in it varied: small numbers agree
by chance.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

from orchestration.analysis.replay.value_paths import Part
from orchestration.analysis.replay.value_rules import MIN_EXECUTIONS, Rule

Link = Callable[[Any, Any], bool]
_DISTINCT = 3
_DISTINCT_LENGTHS = 2
# Shorter texts occur in others by chance.
_LEAST_TEXT = 4


def infer_links(executions: Sequence[tuple[Mapping[str, Any], Sequence[Part]]]) -> list[Rule]:
    """Return the links; each execution is what it read (whole values by path) and the parts of what it left."""
    found: list[Rule] = []
    left = sorted({part.path for _, parts in executions for part in parts if "[]" not in part.path})
    read = sorted({path for before, _ in executions for path in before})
    for path in left:
        for source in read:
            pairs = list(_pairs(executions, path, source))
            names = list(_links_of(pairs))
            # The first says most, but how many there are says nothing of which.
            kept = names[:1] + (["eachContains"] if names[0:1] == ["asManyAs"] and "eachContains" in names else [])
            found += [Rule(path, name, source, len(pairs)) for name in kept]
    return found


def infer_place_links(executions: Sequence[tuple[Mapping[str, Any], Any]]) -> list[Rule]:
    """Return links between lists that logs cut: the texts shown of what was left hold those shown of what was read.

    Each execution is the lists it read, as far as shown, and the list it left, as far as shown.
    """
    found = []
    for source in sorted({key for before, _ in executions for key in before}):
        pairs = [(left, before[source]) for before, left in executions if source in before and left]
        distinct = {_text(read) for _, read in pairs}
        is_held = len(pairs) >= MIN_EXECUTIONS and all(_has_each_text(left, read) for left, read in pairs)
        if is_held and len(distinct) >= _DISTINCT:
            found.append(Rule("", "eachContains", source, len(pairs)))
    return found


def _pairs(
    executions: Sequence[tuple[Mapping[str, Any], Sequence[Part]]], path: str, source: str
) -> Iterator[tuple[Any, Any]]:
    for before, parts in executions:
        for part in parts:
            if part.path == path and part.is_whole and source in before:
                yield part.value, before[source]


def _links_of(pairs: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    if len(pairs) < MIN_EXECUTIONS:
        return
    for name, holds in _LINKS.items():
        distinct = {_measure(name, left, read) for left, read in pairs}
        least = _DISTINCT_LENGTHS if name == "asManyAs" else _DISTINCT
        if len(distinct) >= least and all(holds(left, read) for left, read in pairs):
            yield name


def _measure(name: str, left: Any, read: Any) -> str:
    return str(len(left)) if name == "asManyAs" and isinstance(left, list) else _text(read)


def _is_same(left: Any, read: Any) -> bool:
    return type(left) is type(read) and bool(left == read)


def _is_permutation(left: Any, read: Any) -> bool:
    both = isinstance(left, list) and isinstance(read, list)
    return both and sorted(map(_text, left)) == sorted(map(_text, read))


def _is_part(left: Any, read: Any) -> bool:
    both = isinstance(left, list) and isinstance(read, list)
    return both and {_text(one) for one in left} <= {_text(one) for one in read}


def _is_as_many(left: Any, read: Any) -> bool:
    if not isinstance(left, list):
        return False
    return len(left) == (len(read) if isinstance(read, list) else read)


def _is_sum(left: Any, read: Any) -> bool:
    is_numbers = isinstance(left, list) and all(isinstance(one, int) and not isinstance(one, bool) for one in left)
    return is_numbers and isinstance(read, int) and len(left) > 1 and sum(left) == read


def _has_text(left: Any, read: Any) -> bool:
    both = isinstance(left, str) and isinstance(read, str)
    return both and len(read) >= _LEAST_TEXT and left != read and read in left


def _has_each_text(left: Any, read: Any) -> bool:
    """Return whether each text of a list holds the text of the same place that was read, as far as both go."""
    if not isinstance(left, list) or not isinstance(read, list) or not left or not read:
        return False
    return all(_has_text(*pair) for pair in zip(left, read, strict=False))


_LINKS: Mapping[str, Link] = {
    "sameAs": _is_same,
    "sameItemsAs": _is_permutation,
    "itemsOf": _is_part,
    "asManyAs": _is_as_many,
    "sumIs": _is_sum,
    "contains": _has_text,
    "eachContains": _has_each_text,
}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


Execution = tuple[Mapping[str, Any], Sequence[Part]]
_LEAST_EXECUTIONS = 10
_LEAST_RESULTS = 4
# A direction is a weaker claim than an equation: with n values that went one way the next goes the other with
# probability 1/(n+1).
_DIRECTION_EXECUTIONS = 20
# Pairs of many keys are many guesses; a handler that reads more numbers is not a formula of two of them.
_MOST_SOURCES = 12
_TOLERANCE = 1e-9

Formula = Callable[[float, float], float]
_SYMMETRIC: Mapping[str, Formula] = {"sumOf": lambda left, right: left + right, "productOf": lambda a, b: a * b}
_ORDERED: Mapping[str, Formula] = {"differenceOf": lambda left, right: left - right}


def infer_numbers(key: str, executions: Sequence[Execution]) -> list[Rule]:
    """Return the relations of the numbers a key was left with to the numbers that were read."""
    found: list[Rule] = []
    for path in sorted({part.path for _, parts in executions for part in parts if "[]" not in part.path}):
        results = [(before, value) for before, parts in executions for value in _numbers_at(parts, path)]
        if len(results) >= _LEAST_EXECUTIONS and _varies(value for _, value in results):
            found += _relations(path, f"{key}.{path}" if path else key, results)
    return found


def _relations(path: str, own: str, results: Sequence[tuple[Mapping[str, Any], float]]) -> Iterator[Rule]:
    first = next(_totals(path, results), None) or next(_equations(path, results), None)
    if first is not None:
        yield first
    yield from _direction(path, own, results)


def _equations(path: str, results: Sequence[tuple[Mapping[str, Any], float]]) -> Iterator[Rule]:
    sources = [name for name in _sources(results) if _varies(before[name] for before, _ in results)]
    for formulas, pairs in ((_SYMMETRIC, combinations), (_ORDERED, permutations)):
        for left, right in pairs(sources[:_MOST_SOURCES], 2):
            for name, formula in formulas.items():
                if all(_is_near(value, formula(before[left], before[right])) for before, value in results):
                    yield Rule(path, name, [left, right], len(results))


def _totals(path: str, results: Sequence[tuple[Mapping[str, Any], float]]) -> Iterator[Rule]:
    for name in sorted({name for before, _ in results for name in before}):
        totals = [_total(before.get(name)) for before, _ in results]
        if all(total is not None and _is_near(value, total) for total, (_, value) in zip(totals, results, strict=True)):
            yield Rule(path, "totalOf", name, len(results))


def _direction(path: str, own: str, results: Sequence[tuple[Mapping[str, Any], float]]) -> Iterator[Rule]:
    pairs = [(before[own], value) for before, value in results if _is_number(before.get(own))]
    if len(pairs) < _DIRECTION_EXECUTIONS:
        return
    if all(value <= before for before, value in pairs):
        yield Rule(path, "atMost", own, len(pairs))
    elif all(value >= before for before, value in pairs):
        yield Rule(path, "atLeast", own, len(pairs))


def _sources(results: Sequence[tuple[Mapping[str, Any], float]]) -> list[str]:
    """Return the names of numbers that every execution read."""
    names = {name for before, _ in results for name in before}
    return sorted(name for name in names if all(_is_number(before.get(name)) for before, _ in results))


def _numbers_at(parts: Sequence[Part], path: str) -> Iterator[float]:
    for part in parts:
        if part.path == path and part.is_whole and _is_number(part.value):
            yield part.value


def _total(value: Any) -> float | None:
    """Return the sum of an array or an object of numbers; of fewer than one it is no total."""
    members = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return sum(members) if members and all(_is_number(one) for one in members) else None


def _varies(values: Iterator[float]) -> bool:
    return len(set(values)) >= _LEAST_RESULTS


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_near(left: float, right: float) -> bool:
    return abs(left - right) <= _TOLERANCE * max(1.0, abs(left), abs(right))
