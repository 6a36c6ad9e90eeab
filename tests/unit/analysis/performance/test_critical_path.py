"""Only what the end of a flow waited for is on its critical path."""

import pyarrow as pa

from orchestration.analysis.performance.critical_path import (
    STRETCH_COLUMNS,
    Stretch,
    Work,
    critical_stretches,
    find_critical_stretches,
)

MS = 1000


def stretches(*works: tuple[str, int | None, int]) -> dict[str, tuple[int, int]]:
    """Give (critical, uncovered) per execution, in milliseconds."""
    placed = [Work(key, None if start is None else start * MS, length * MS) for key, start, length in works]
    return {
        found.handler_execution_id: (found.critical_us // MS, found.uncovered_us // MS)
        for found in critical_stretches(placed)
    }


def test_what_follows_each_other_is_all_on_the_path() -> None:
    assert stretches(("a", 0, 10), ("b", 12, 5), ("c", 17, 3)) == {"a": (10, 10), "b": (5, 5), "c": (3, 3)}


def test_what_ran_beside_the_longer_one_saves_nothing() -> None:
    assert stretches(("short", 0, 80), ("long", 0, 100)) == {"short": (0, 0), "long": (100, 20)}


def test_shortening_gains_only_until_the_other_becomes_the_critical_one() -> None:
    found = stretches(("first", 0, 20), ("long", 20, 100), ("beside", 30, 40), ("also", 50, 60))
    assert found["first"] == (20, 20)
    assert found["long"] == (100, 20)
    assert found["beside"] == found["also"] == (0, 0)


def test_what_goes_on_after_all_else_is_what_the_end_waited_for() -> None:
    assert stretches(("late", 5, 500), ("quick", 50, 10)) == {"late": (500, 490), "quick": (0, 0)}


def test_a_step_of_the_clock_is_no_overlap() -> None:
    found = critical_stretches([Work("a", 0, 10_900), Work("b", 10_000, 5_000)])
    assert {stretch.handler_execution_id: stretch.critical_us for stretch in found} == {"a": 10_900, "b": 5_000}


def test_without_a_clock_executions_follow_each_other() -> None:
    assert stretches(("a", None, 10), ("b", None, 5)) == {"a": (10, 10), "b": (5, 5)}
    assert critical_stretches([]) == []
    assert critical_stretches([Work("a", 0, 0)]) == [Stretch("a", 0, 0)]


def test_flows_are_judged_apart_and_work_outside_flows_is_left_out() -> None:
    handlers = pa.table(
        {
            "flow_id": ["f", "f", "g", None],
            "execution_id": ["1", "2", "3", "4"],
            "started_us": [0, 0, 0, 0],
            "duration_us": [80_000, 100_000, 50_000, 9],
        }
    )
    rows = find_critical_stretches(handlers).to_pylist()
    assert [(row["handler_execution_id"], row["critical_us"]) for row in rows] == [
        ("2", 100_000),
        ("1", 0),
        ("3", 50_000),
    ]
    assert find_critical_stretches(handlers.slice(0, 0)).schema.names == list(STRETCH_COLUMNS)
