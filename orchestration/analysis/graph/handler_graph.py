"""The handler graph measured: fan-in, fan-out, cycles, and handlers everything else hangs on.

What leads to what is `directly_follows` as declared, `calls` and `publishes_to`: these make cycles and hold parts
together. State read and topics shared count for fan-in and fan-out only. An Arrow table of edges comes in, one row per
handler goes out. Cycles are strongly connected components, cut points those of Hopcroft and Tarjan (1973).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

LEADING = frozenset({"directly_follows", "calls", "publishes_to"})

GRAPH_COLUMNS: Mapping[str, pa.DataType] = {
    "handler_id": pa.string(),
    "fan_in_count": pa.int64(),
    "fan_out_count": pa.int64(),
    "part_number": pa.int64(),
    "part_handler_count": pa.int64(),
    "cycle_number": pa.int64(),
    "cycle_handler_count": pa.int64(),
    "is_cut_point": pa.bool_(),
    "split_part_count": pa.int64(),
}
Pairs = Sequence[tuple[int, int]]


def measure_graph(handlers: pa.Table, edges: pa.Table) -> pa.Table:
    """Return a row per handler; `handlers` has handler_id, `edges` from_ and to_handler_id, edge_kind, edge_class."""
    names = sorted(str(name) for name in handlers.column("handler_id").to_pylist())
    number = {name: index for index, name in enumerate(names)}
    names_of = ("from_handler_id", "to_handler_id", "edge_kind", "edge_class")
    rows = list(zip(*(edges.column(name).to_pylist() for name in names_of), strict=True))
    pairs = {(number[a], number[b]) for a, b, _, _ in rows if a != b}
    leading = {(number[a], number[b]) for a, b, kind, known in rows if a != b and _leads(kind, known)}
    parts = _components(len(names), sorted(leading), connection="weak")
    cycles = _components(len(names), sorted(leading), connection="strong")
    splits = count_splits(len(names), leading)
    part_sizes, cycle_sizes = Counter(parts), Counter(cycles)
    cycle_numbers = {found: place for place, found in enumerate(_first_seen(cycles, cycle_sizes), 1)}
    columns: dict[str, list[Any]] = {
        "handler_id": names,
        "fan_in_count": _degrees(len(names), (b for _, b in pairs)),
        "fan_out_count": _degrees(len(names), (a for a, _ in pairs)),
        "part_number": [part + 1 for part in parts],
        "part_handler_count": [part_sizes[part] for part in parts],
        "cycle_number": [cycle_numbers.get(cycle) for cycle in cycles],
        "cycle_handler_count": [cycle_sizes[cycle] if cycle in cycle_numbers else 0 for cycle in cycles],
        "is_cut_point": [split > 1 for split in splits],
        "split_part_count": splits,
    }
    return pa.table(columns, schema=pa.schema(GRAPH_COLUMNS))


def _leads(edge_kind: str, edge_class: str) -> bool:
    # What only the logs show to follow is often two flows side by side, not one leading to the other.
    return edge_kind in LEADING and not (edge_kind == "directly_follows" and edge_class == "observed_only")


def _components(count: int, pairs: Pairs, *, connection: str) -> Sequence[int]:
    if not count:
        return []
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    matrix = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    return [int(label) for label in connected_components(matrix, directed=True, connection=connection)[1]]


def _first_seen(labels: Sequence[int], sizes: Mapping[int, int]) -> list[int]:
    return list(dict.fromkeys(label for label in labels if sizes[label] > 1))


def _degrees(count: int, ends: Iterable[int]) -> list[int]:
    degrees = [0] * count
    for end in ends:
        degrees[end] += 1
    return degrees


def count_splits(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return, per node, into how many parts its own part falls without it (0 for a node without neighbours).

    Direction does not matter. The part falls apart along the biconnected components that share the node.
    """
    blocks = nx.biconnected_components(nx.Graph(pairs))
    splits = Counter(node for block in blocks for node in block)
    return [splits[node] for node in range(count)]
