"""The fewest tests that cover the most: greedy set cover over what each candidate would cover.

Each step takes the candidate that adds the most items nothing before it covers; of equals the one with the smaller
whole, then the smaller id, so that the same rows give the same order. The greedy choice needs at most ln(n)+1 times the
tests of the best one (Chvatal 1979), and no method in polynomial time is known to do better.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass

import pyarrow as pa

RANK_COLUMNS: Mapping[str, pa.DataType] = {
    "test_candidate_id": pa.string(),
    "cover_rank": pa.int64(),
    "new_item_count": pa.int64(),
}
_COLUMNS = ("test_candidate_id", "test_item_kind", "test_item_key", "is_covered_by_tests")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate in the cover, and how many items it adds."""

    candidate_id: str
    rank: int
    new_item_count: int


def cover(items_of: Mapping[str, frozenset[str]]) -> list[Chosen]:
    """Return the candidates of the cover, best first; those that add nothing are left out."""
    remaining = {key: set(items) for key, items in items_of.items() if items}
    chosen: list[Chosen] = []
    while remaining:
        best = min(remaining, key=lambda key: (-len(remaining[key]), len(items_of[key]), key))
        added = set(remaining.pop(best))
        chosen.append(Chosen(best, len(chosen) + 1, len(added)))
        remaining = {key: left for key, items in remaining.items() if (left := items - added)}
    return chosen


def rank_rows(rows: pa.Table) -> pa.Table:
    """Rank the candidates of int_test_items__collected; items that tests cover already count nothing."""
    items: defaultdict[str, set[str]] = defaultdict(set)
    columns = (rows.column(name).to_pylist() for name in _COLUMNS)
    for candidate_id, kind, key, is_covered in zip(*columns, strict=True):
        if not is_covered:
            items[candidate_id].add(f"{kind} {key}")
    chosen = cover({key: frozenset(value) for key, value in items.items()})
    rows_by_column = zip(*map(astuple, chosen), strict=True) if chosen else ((), (), ())
    return pa.table(dict(zip(RANK_COLUMNS, rows_by_column, strict=True)), schema=pa.schema(RANK_COLUMNS))
