"""The fewest tests that cover the most."""

import pyarrow as pa

from orchestration.analysis.replay.set_cover import cover, rank_rows


def test_the_candidate_that_adds_most_comes_first_and_what_adds_nothing_is_left_out() -> None:
    chosen = cover({"a": frozenset("12"), "b": frozenset("123"), "c": frozenset("4"), "d": frozenset("3")})
    assert [(one.candidate_id, one.rank, one.new_item_count) for one in chosen] == [("b", 1, 3), ("c", 2, 1)]


def test_of_equals_the_smaller_whole_wins_then_the_smaller_id() -> None:
    chosen = cover({"z": frozenset("12"), "a": frozenset("34"), "b": frozenset("1234"), "c": frozenset("5")})
    assert [one.candidate_id for one in chosen] == ["b", "c"]
    assert [one.candidate_id for one in cover({"z": frozenset("12"), "a": frozenset("12")})] == ["a"]


def test_what_tests_cover_already_counts_nothing() -> None:
    rows = pa.table(
        {
            "test_candidate_id": ["a", "a", "b"],
            "test_item_kind": ["handler", "transition", "handler"],
            "test_item_key": ["h", "t", "h"],
            "is_covered_by_tests": [True, False, True],
        }
    )
    assert rank_rows(rows).to_pylist() == [{"test_candidate_id": "a", "cover_rank": 1, "new_item_count": 1}]


def test_nothing_observed_ranks_nothing() -> None:
    names = ("test_candidate_id", "test_item_kind", "test_item_key")
    empty = {name: pa.array([], pa.string()) for name in names} | {"is_covered_by_tests": pa.array([], pa.bool_())}
    assert rank_rows(pa.table(empty)).num_rows == 0
