"""Which further flows of a variant a test plays: those that hold the least, the greatest and each rare value.

Faults sit at boundaries, and one flow of a variant shows one value of each number. What counts is what the log shows:
numbers and lengths that came in or were left, words of a small set, which keys changed, and the build.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orchestration.analysis.replay.replay_model import ReplayBundle
from orchestration.analysis.replay.set_cover import cover
from orchestration.analysis.replay.value_paths import parts_of, read_value

MOST_FLOWS = 5
# A place with more words than these names things rather than cases.
_MOST_WORDS = 6
Place = tuple[str, ...]


def choose_flows(first: ReplayBundle, others: Sequence[ReplayBundle]) -> list[ReplayBundle]:
    """Return the flows that add most boundaries to those the first one holds, at most MOST_FLOWS, best first."""
    bundles = {one.flow_id: one for one in (first, *others)}
    shown = {key: dict(_values(bundle)) for key, bundle in bundles.items()}
    extremes = _extremes(shown.values())
    items = {key: frozenset(_items(values, extremes)) for key, values in shown.items()}
    missing = {key: found - items[first.flow_id] for key, found in items.items() if key != first.flow_id}
    return [bundles[one.candidate_id] for one in cover(missing)[:MOST_FLOWS]]


def _extremes(flows: Iterable[Mapping[Place, Any]]) -> Mapping[Place, tuple[float, float] | None]:
    """Return least and greatest of each place with numbers; null for places with a few words."""
    seen: defaultdict[Place, set[Any]] = defaultdict(set)
    for values in flows:
        for place, value in values.items():
            seen[place].add(value)
    found: dict[Place, tuple[float, float] | None] = {}
    for place, held in seen.items():
        numbers = [value for value in held if not isinstance(value, str)]
        if numbers and len(numbers) == len(held):
            found[place] = min(numbers), max(numbers)
        elif not numbers and len(held) <= _MOST_WORDS:
            found[place] = None
    return found


def _items(values: Mapping[Place, Any], extremes: Mapping[Place, tuple[float, float] | None]) -> Iterator[str]:
    for place, value in values.items():
        if place not in extremes:
            continue
        ends = extremes[place]
        if ends is None:
            yield json.dumps([*place, value])
            continue
        if value == ends[0]:
            yield json.dumps([*place, "least"])
        if value == ends[1]:
            yield json.dumps([*place, "greatest"])


def _values(bundle: ReplayBundle) -> Iterator[tuple[Place, Any]]:
    """Yield what stands where in a flow: numbers, lengths, words and flags as words, which keys changed, the build."""
    if build := bundle.facts.get("build"):
        yield ("build",), json.dumps(build)
    for key, text in sorted(bundle.request_values.items()):
        yield from _places(("asked", key), text)
    for number, step in enumerate(bundle.observed):
        for order, handler in enumerate(step.handlers):
            at = str(number), str(order)
            yield (*at, "changed"), " ".join(f"{change.kind} {change.key}" for change in handler.changes)
            for change in handler.changes:
                if change.value is not None:
                    yield from _places((*at, change.key), change.value)


def _places(at: Place, text: str) -> Iterator[tuple[Place, Any]]:
    value, is_read, is_whole = read_value(text, is_cut=False)
    if not is_read or not is_whole:
        return
    items: defaultdict[str, list[float]] = defaultdict(list)
    for part in parts_of(value, True):
        if isinstance(part.value, list):
            yield (*at, part.path, "length"), len(part.value)
        elif isinstance(part.value, bool | str) or part.value is None:
            if "[]" not in part.path:
                yield (*at, part.path), json.dumps(part.value)
        elif isinstance(part.value, int | float):
            items[part.path].append(part.value)
    # Of the numbers in a list the ends count; of a single one they are the same.
    for path, numbers in items.items():
        yield (*at, path, "least"), min(numbers)
        yield (*at, path, "greatest"), max(numbers)
