"""The handler graph: degrees, cycles, and handlers without which it falls apart."""

from itertools import combinations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from orchestration.analysis.graph.handler_graph import GRAPH_COLUMNS, count_splits, measure_graph

EDGE_COLUMNS = ("from_handler_id", "to_handler_id", "edge_kind", "edge_class")


def measured(handlers: str, *edges: tuple[str, str, str, str]) -> dict[str, dict[str, object]]:
    table = pa.table({name: pa.array([edge[i] for edge in edges], pa.string()) for i, name in enumerate(EDGE_COLUMNS)})
    rows = measure_graph(pa.table({"handler_id": pa.array(list(handlers), pa.string())}), table).to_pylist()
    return {row["handler_id"]: row for row in rows}


def follows(a: str, b: str, known: str = "both") -> tuple[str, str, str, str]:
    return a, b, "directly_follows", known


def test_fan_in_and_fan_out_count_other_handlers_once() -> None:
    found = measured(
        "abc", follows("a", "b"), ("a", "b", "calls", "declared_only"), follows("c", "b"), follows("b", "b")
    )
    assert (found["b"]["fan_in_count"], found["a"]["fan_out_count"], found["b"]["fan_out_count"]) == (2, 1, 0)


def test_a_handler_in_the_middle_of_a_chain_holds_it_together() -> None:
    found = measured("abcd", follows("a", "b"), follows("b", "c"))
    assert [found[name]["is_cut_point"] for name in "abcd"] == [False, True, False, False]
    assert found["b"]["split_part_count"] == 2
    assert [found[name]["part_handler_count"] for name in "abcd"] == [3, 3, 3, 1]


def test_a_cycle_has_a_number_and_what_hangs_on_it_has_none() -> None:
    found = measured("abc", follows("a", "b"), ("b", "a", "publishes_to", "declared_only"), follows("b", "c"))
    assert [found[name]["cycle_number"] for name in "abc"] == [1, 1, None]
    assert found["a"]["cycle_handler_count"] == 2


def test_state_and_order_only_seen_make_no_cycle() -> None:
    found = measured("ab", follows("a", "b"), follows("b", "a", "observed_only"), ("b", "a", "reads_state_of", "both"))
    assert found["a"]["cycle_number"] is None


def test_no_handlers_give_an_empty_table_of_the_same_columns() -> None:
    empty = measure_graph(
        pa.table({"handler_id": pa.array([], pa.string())}),
        pa.table({name: pa.array([], pa.string()) for name in EDGE_COLUMNS}),
    )
    assert (empty.num_rows, empty.schema) == (0, pa.schema(GRAPH_COLUMNS))


def parts_without(count: int, pairs: set[tuple[int, int]], gone: int) -> int:
    """Count the parts the neighbours of a node fall into when it is gone, by plain search."""
    left = {
        node: {b for a, b in pairs | {(b, a) for a, b in pairs} if a == node and b != gone} for node in range(count)
    }
    start = {b for a, b in pairs | {(b, a) for a, b in pairs} if a == gone} - {gone}
    parts = 0
    while start:
        parts += 1
        todo = [start.pop()]
        seen = set(todo)
        while todo:
            for other in left[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        start -= seen
    return parts


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.sampled_from(sorted(combinations(range(n + 1), 2)))))
    )
)
def test_splits_are_those_a_search_finds(graph: tuple[int, set[tuple[int, int]]]) -> None:
    count, pairs = graph[0] + 1, graph[1]
    assert count_splits(count, pairs) == [parts_without(count, pairs, node) for node in range(count)]
