"""Where handlers stand when their graph is drawn: a box per plugin, in it what follows to the right of what it follows.

Layers as Sugiyama, Tagawa and Toda (1981): cycles are opened, a handler stands one column behind the last of those that
lead to it, and rows are ordered by the mean of their neighbours. Deterministic: the same graph gives the same drawing.
Distances are in pixels at zoom 1. Drawing belongs to docs_site/assets/graph.js.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COLUMN = 200.0
ROW = 30.0
_MARGIN = 26.0
_TITLE = 30.0
_GAP = 34.0
# A long chain breaks into further columns of rows; wider boxes cannot be packed beside each other.
_SINGLES_PER_ROW = 3
_ASPECT = 2.3
_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """The box of a group: its upper left corner and its size."""

    group: str
    x: float
    y: float
    width: float
    height: float


def place_handlers(
    groups: Mapping[str, str], edges: Iterable[tuple[str, str]]
) -> tuple[dict[str, tuple[float, float]], list[Box]]:
    """Return the place of each handler and the boxes; `groups` gives each handler its plugin."""
    inside: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for a, b in edges:
        if a != b and groups[a] == groups[b]:
            inside[groups[a]].add((a, b))
    members: dict[str, list[str]] = defaultdict(list)
    for handler in sorted(groups):
        members[groups[handler]].append(handler)
    placed = {group: _place_group(members[group], sorted(inside[group])) for group in sorted(members)}
    boxes = _pack({group: _size(places) for group, places in placed.items()})
    corner = {box.group: (box.x + _MARGIN, box.y + _TITLE) for box in boxes}
    places = {
        handler: (corner[group][0] + x, corner[group][1] + y)
        for group, found in placed.items()
        for handler, (x, y) in found.items()
    }
    return places, boxes


def _place_group(members: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    places: dict[str, tuple[float, float]] = {}
    top = 0.0
    parts = _parts(members, edges)
    for part in (part for part in parts if len(part) > 1):
        own = [(a, b) for a, b in edges if a in part]
        layers = _ordered_layers(_layer_of(sorted(part), own), own)
        height = max(map(len, layers))
        for column, layer in enumerate(layers):
            offset = (height - len(layer)) / 2
            for row, handler in enumerate(layer):
                places[handler] = (column * COLUMN, top + (offset + row) * ROW)
        top += height * ROW + ROW / 3
    singles = [next(iter(part)) for part in parts if len(part) == 1]
    for index, handler in enumerate(singles):
        places[handler] = (index % _SINGLES_PER_ROW * COLUMN, top + index // _SINGLES_PER_ROW * ROW)
    return places


def _parts(members: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[set[str]]:
    part_of = {handler: {handler} for handler in members}
    for a, b in edges:
        if part_of[a] is not part_of[b]:
            small, large = sorted((part_of[a], part_of[b]), key=len)
            large |= small
            part_of.update((handler, large) for handler in small)
    parts = {id(part): part for part in part_of.values()}
    return sorted(parts.values(), key=lambda part: (-len(part), min(part)))


def _layer_of(members: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the longest way to each handler, over edges that do not close a cycle."""
    after: dict[str, list[str]] = defaultdict(list)
    indegree = dict.fromkeys(members, 0)
    for a, b in edges:
        after[a].append(b)
        indegree[b] += 1
    layer = dict.fromkeys(members, 0)
    waiting = set(members)
    while waiting:
        # In a cycle none is free: the one most handlers wait for opens it.
        free = [handler for handler in sorted(waiting) if indegree[handler] == 0]
        chosen = free or [min(waiting, key=lambda handler: (indegree[handler], -len(after[handler]), handler))]
        for handler in chosen:
            waiting.discard(handler)
            for other in after[handler]:
                if other in waiting:
                    indegree[other] -= 1
                    layer[other] = max(layer[other], layer[handler] + 1)
    return layer


def _ordered_layers(layer: Mapping[str, int], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    layers: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for handler in sorted(layer):
        layers[layer[handler]].append(handler)
    near: dict[str, list[str]] = defaultdict(list)
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    for _ in range(_SWEEPS):
        row = {handler: index - len(found) / 2 for found in layers for index, handler in enumerate(found)}
        for found in layers:
            found.sort(key=lambda handler: (_mean([row[other] for other in near[handler]]), handler))
    return layers


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _size(places: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    width = max(x for x, _ in places.values()) + COLUMN
    height = max(y for _, y in places.values()) + ROW
    return width + _MARGIN, height + _TITLE


def _pack(sizes: Mapping[str, tuple[float, float]]) -> list[Box]:
    """Stand boxes on shelves, the high ones first, about as wide as a screen is."""
    area = sum((width + _GAP) * (height + _GAP) for width, height in sizes.values())
    most = max([math.sqrt(area * _ASPECT), *(width for width, _ in sizes.values())])
    boxes: list[Box] = []
    x = y = shelf = 0.0
    for group in sorted(sizes, key=lambda group: (-sizes[group][1], group)):
        width, height = sizes[group]
        if x and x + width > most:
            x, y, shelf = 0.0, y + shelf + _GAP, 0.0
        boxes.append(Box(group, x, y, width, height))
        x += width + _GAP
        shelf = max(shelf, height)
    return boxes
