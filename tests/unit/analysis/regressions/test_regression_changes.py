"""A slow handler is named, a slow machine is not blamed on anyone, and what could have been seen is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from orchestration.analysis.regressions.regression_frames import CHANGE_COLUMNS, judge_changes

UNITS = 20
START = datetime(2026, 1, 1, tzinfo=UTC)


def levels(
    sessions: int = 14,
    slower: float = 1.0,
    since: int = 7,
    machine: float = 1.0,
    has_clock: bool = True,
    builds: tuple[str, str] | None = ("one", "two"),
    seed: int = 7,
) -> pa.Table:
    """Return sessions of twenty handlers; unit 3 is `slower` from session `since` on, all are on a slow machine."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for session in range(sessions):
        is_after = session >= since
        load = random.uniform(1, 1.5) * (machine if is_after else 1)
        for unit in range(UNITS):
            factor = slower if is_after and unit == 3 else 1.0
            duration = (5 + unit) * load * factor * random.lognormal(0, 0.1)
            rows.append(
                {
                    "unit_kind": "handler", "unit_id": f"h{unit:02}", "session_id": f"s{session:02}",
                    "build": None if builds is None else builds[is_after], "log_file_path": f"{session:02}.log",
                    "session_started_at": START + timedelta(hours=session) if has_clock else None,
                    "load_factor": load, "clock_ms": 0.1, "execution_count": 9, "log_level": np.log(duration + 0.1),
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows)


def found(observed: pa.Table) -> list[dict[str, Any]]:
    return [row for row in judge_changes(observed).to_pylist() if row["is_change"]]


def test_a_slower_handler_is_named_with_its_builds_and_sessions() -> None:
    (change,) = found(levels(slower=3))
    assert (change["unit_id"], change["direction"], change["lifecycle"]) == ("h03", "regression", "new")
    assert 150 < change["change_pct"] < 250
    assert (change["good_build"], change["bad_build"]) == ("one", "two")
    assert (change["last_good_session_id"], change["first_bad_session_id"]) == ("s06", "s07")
    assert (change["before_session_count"], change["after_execution_count"]) == (7, 63)


def test_the_interval_holds_the_true_effect_nineteen_times_in_twenty() -> None:
    changes = [
        change for seed in range(60) for change in found(levels(slower=3, seed=seed)) if change["unit_id"] == "h03"
    ]
    held = [change["change_pct_low"] < 200 < change["change_pct_high"] for change in changes]
    # 57 of 60 are expected; fewer than 52 would be seen once in a hundred times.
    assert sum(held) >= 52


def test_an_improvement_is_reported_too() -> None:
    (change,) = found(levels(slower=0.06))
    assert (change["unit_id"], change["direction"]) == ("h03", "improvement")
    assert change["change_ms_high"] < 0


def test_a_machine_three_times_slower_is_no_regression_of_any_handler() -> None:
    assert found(levels(machine=3)) == []


def test_a_slow_handler_is_seen_on_a_slow_machine() -> None:
    assert [change["unit_id"] for change in found(levels(slower=4, machine=2))] == ["h03"]


def test_equal_builds_raise_no_alarm_in_a_hundred_tries() -> None:
    assert sum(len(found(levels(seed=seed))) for seed in range(100)) <= 5


def test_what_was_compared_says_the_smallest_change_it_would_have_shown() -> None:
    judged = judge_changes(levels()).to_pylist()
    assert len(judged) == UNITS
    assert all(20 < row["smallest_visible_pct"] < 60 for row in judged)


def test_two_sessions_of_a_build_are_too_few() -> None:
    assert judge_changes(levels(sessions=9, slower=9)).num_rows == 0


def test_without_builds_the_session_is_found_in_which_it_began() -> None:
    (change,) = found(levels(sessions=40, slower=2, since=25, builds=None))
    assert (change["comparison"], change["unit_id"], change["lifecycle"]) == ("sessions", "h03", "ongoing")
    assert change["first_bad_session_id"] == "s25"
    assert change["change_pct_low"] < 100 < change["change_pct_high"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_between_builds_is_not_reported_again_over_time(seed: int) -> None:
    assert [change["comparison"] for change in found(levels(sessions=40, slower=2, since=20, seed=seed))] == ["builds"]


def test_without_a_clock_builds_are_compared_by_the_order_of_the_logs() -> None:
    assert [change["unit_id"] for change in found(levels(slower=3, has_clock=False))] == ["h03"]


@pytest.mark.parametrize("observed", [levels(sessions=0), levels(sessions=1)])
def test_nothing_to_compare_gives_an_empty_table_with_all_columns(observed: pa.Table) -> None:
    assert judge_changes(observed).schema.names == list(CHANGE_COLUMNS)
    assert judge_changes(observed).num_rows == 0


def test_the_same_rows_in_another_order_give_the_same_changes() -> None:
    observed = levels(slower=3)
    assert judge_changes(observed.take(list(reversed(range(observed.num_rows))))).equals(judge_changes(observed))


def test_a_regression_undone_by_a_later_build_is_resolved_and_one_that_stays_is_ongoing() -> None:
    first, later = levels(slower=3).to_pylist(), levels(slower=3, seed=8).to_pylist()
    undone = [row | {"session_id": f"t{row['session_id']}", "build": "three"} for row in later if row["build"] == "one"]
    kept = [row | {"session_id": f"t{row['session_id']}", "build": "three"} for row in later if row["build"] == "two"]
    after = timedelta(days=1)
    for row in (*undone, *kept):
        row["session_started_at"] += after
    states = {
        name: [(change["direction"], change["lifecycle"]) for change in found(pa.Table.from_pylist([*first, *more]))]
        for name, more in (("undone", undone), ("kept", kept))
    }
    assert sorted(states["undone"]) == [("improvement", "new"), ("regression", "resolved")]
    assert states["kept"] == [("regression", "ongoing")]
