"""Costs and measures equal those of an independent implementation, and the rows say what the alignments say."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.analysis.conformance import alignment_frames as frames
from orchestration.analysis.conformance.alignment import align
from orchestration.analysis.conformance.alignment_frames import MEASURE_COLUMNS, MOVE_COLUMNS

ORACLE = json.loads((Path(__file__).parent / "fixtures" / "alignment_costs.json").read_text(encoding="utf-8"))


BEAT_SCHEMA = pa.schema(
    {
        "sequence_id": pa.string(), "beat_position": pa.int64(), "topic": pa.string(), "movement_number": pa.int64(),
        "beat_number": pa.int64(), "timing": pa.string(),
    }
)  # fmt: skip
VARIANT_SCHEMA = pa.schema(
    {
        "variant_id": pa.string(), "sequence_id": pa.string(), "execution_number": pa.int64(), "topic": pa.string(),
        "movement_number": pa.int64(), "is_retry": pa.bool_(), "unfinished_flow_count": pa.int64(),
    }
)  # fmt: skip
COUNT_SCHEMA = pa.schema({"variant_id": pa.string(), "ended_flow_count": pa.int64()})


def align_rows(observed: list[dict[str, Any]], declared: list[dict[str, Any]]) -> pa.Table:
    return frames.align_rows(
        pa.Table.from_pylist(observed, VARIANT_SCHEMA), pa.Table.from_pylist(declared, BEAT_SCHEMA)
    )


def measure_rows(moves: pa.Table, flows: dict[str, int], declared: list[dict[str, Any]]) -> pa.Table:
    counts = [{"variant_id": name, "ended_flow_count": count} for name, count in flows.items()]
    variants = pa.Table.from_pylist(counts, COUNT_SCHEMA)
    return frames.measure_rows(moves, variants, pa.Table.from_pylist(declared, BEAT_SCHEMA))


def declared_rows(groups: list[str], sequence_id: str = "s") -> list[dict[str, Any]]:
    return [
        {
            "sequence_id": sequence_id, "beat_position": position, "topic": topic, "movement_number": 1,
            "beat_number": position, "timing": "parallel" if is_together else "immediate",
        }
        for position, (topic, is_together) in enumerate(
            ((topic, index > 0) for group in groups for index, topic in enumerate(group)), 1
        )
    ]  # fmt: skip


def observed_rows(variant_id: str, observed: str, sequence_id: str = "s") -> list[dict[str, Any]]:
    shared = {
        "variant_id": variant_id, "sequence_id": sequence_id, "movement_number": 1, "is_retry": False,
        "unfinished_flow_count": 1,
    }  # fmt: skip
    rows = [{**shared, "execution_number": number, "topic": topic} for number, topic in enumerate(observed, 1)]
    return rows or [{**shared, "execution_number": None, "topic": None}]


def measures_of(groups: list[str], flows: dict[str, int]) -> dict[str, Any]:
    declared = declared_rows(groups)
    moves = align_rows([row for observed in flows for row in observed_rows(observed, observed)], declared)
    (row,) = measure_rows(moves, flows, declared).to_pylist()
    return dict(row)


def test_the_oracle_judged_at_least_a_thousand_variants_of_every_length() -> None:
    assert len(ORACLE["cases"]) >= 1_000
    assert {len(declared.replace(" ", "")) for declared, _, _ in ORACLE["cases"]} >= set(range(1, 13))


def test_costs_equal_the_oracles_on_every_variant() -> None:
    wrong = [
        (declared, observed, cost)
        for declared, observed, cost in ORACLE["cases"]
        if sum(step.kind != "synchronous" for step in align(declared.split(" "), observed)) != cost
    ]
    assert wrong == []


@pytest.mark.parametrize("log", ORACLE["logs"], ids=lambda log: " ".join(log["declared"]))
def test_fitness_equals_the_oracles(log: dict[str, Any]) -> None:
    measures = measures_of(log["declared"], log["flows"])
    # The oracle charges a ten-thousandth for the silent moves that open and close a parallel group.
    tolerance = 1e-4 if any(len(group) > 1 for group in log["declared"]) else 1e-12
    assert measures["log_fitness"] == pytest.approx(log["log_fitness"], abs=tolerance)
    assert measures["mean_fitness"] == pytest.approx(log["mean_fitness"], abs=1e-12)


@pytest.mark.parametrize(
    "log", [log for log in ORACLE["logs"] if log["is_fitting"]], ids=lambda log: " ".join(log["declared"])
)
def test_precision_of_flows_that_fit_equals_the_oracles(log: dict[str, Any]) -> None:
    assert measures_of(log["declared"], log["flows"])["precision"] == pytest.approx(log["precision"], abs=1e-12)


def test_a_sequence_of_single_beats_allows_nothing_that_is_not_seen() -> None:
    assert measures_of(["a", "b", "c"], {"abc": 3, "ax": 1})["precision"] == 1.0


def test_parallel_beats_that_always_run_in_one_order_are_declared_too_freely() -> None:
    # After a, both b and c are allowed and one is seen: of 1 + 2 + 1 + 1 allowed beats 4 are followed.
    assert measures_of(["a", "bc", "d"], {"abcd": 5})["precision"] == pytest.approx(4 / 5)


def test_generalisation_grows_with_runs_and_a_beat_never_run_counts_as_unsure() -> None:
    assert measures_of(["a", "b"], {"ab": 4})["generalisation"] == pytest.approx(0.5)
    assert measures_of(["a", "b"], {"a": 4})["generalisation"] == pytest.approx(1 - (0.5 + 1) / 2)
    assert measures_of(["a", "b"], {"a": 4})["unseen_beat_count"] == 1


def test_a_sequence_without_ended_flows_has_no_fitness() -> None:
    measures = measures_of(["a"], {"a": 0})
    assert measures["mean_fitness"] is measures["precision"] is measures["generalisation"] is None
    assert measures["ended_flow_count"] == 0


def test_nothing_observed_and_nothing_declared_are_tables_without_rows() -> None:
    moves, measures = align_rows([], []), measure_rows(align_rows([], []), {}, [])
    assert (moves.num_rows, measures.num_rows) == (0, 0)
    assert moves.column_names == list(MOVE_COLUMNS)
    assert measures.column_names == list(MEASURE_COLUMNS)


def test_a_flow_without_beats_misses_all_of_them() -> None:
    moves = align_rows(observed_rows("v", ""), declared_rows(["a", "b"])).to_pylist()
    assert [(move["move_kind"], move["topic"]) for move in moves] == [("model_only", "a"), ("model_only", "b")]
    assert {(move["alignment_cost"], move["worst_cost"], move["unfinished_cost"]) for move in moves} == {(2, 2, 0)}


def test_a_variant_of_an_undeclared_sequence_is_aligned_with_nothing() -> None:
    assert align_rows(observed_rows("v", "ab", "stranger"), declared_rows(["a"])).num_rows == 0


def test_the_movement_tells_topics_declared_twice_apart() -> None:
    declared = declared_rows(["a", "b", "a"])
    declared[2]["movement_number"] = 2
    observed = observed_rows("v", "ab")
    observed[0]["movement_number"] = 2
    moves = align_rows(observed, declared).to_pylist()
    assert [(move["move_kind"], move["beat_position"]) for move in moves] == [
        ("model_only", 1), ("log_only", 3), ("synchronous", 2), ("model_only", 3),
    ]  # fmt: skip


def test_announced_retries_fit_and_are_counted() -> None:
    observed = observed_rows("v", "aab")
    observed[1]["is_retry"] = True
    moves = align_rows(observed, declared_rows(["a", "b"])).to_pylist()
    assert {(move["alignment_cost"], move["retry_count"], move["fitness"]) for move in moves} == {(0, 1, 1.0)}


def test_the_same_rows_in_another_order_give_the_same_table() -> None:
    declared, observed = declared_rows(["a", "bc"]), observed_rows("v", "acb") + observed_rows("u", "xa")
    assert align_rows(observed, declared).equals(align_rows(observed[::-1], declared[::-1]))
