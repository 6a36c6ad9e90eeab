"""Relations between numbers a handler read and a number it left: a sum, a difference, a product, a total, a direction.

A relation counts when every execution that shows all of its numbers obeys it, in ten executions at least and with four
distinct results, and every number in it varied: small numbers agree by chance, and what never varies is a constant,
which value_rules.py has.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

from orchestration.analysis.replay.value_paths import Part
from orchestration.analysis.replay.value_rules import Rule

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
