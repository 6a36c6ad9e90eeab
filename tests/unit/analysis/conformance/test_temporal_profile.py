"""Usual times come from other sessions only, a slow machine is not blamed, and a slow beat is."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from orchestration.analysis.conformance.temporal_profile import (
    TEMPORAL_COLUMNS,
    TemporalOptions,
    folds,
    judge,
    judge_by_others,
    judge_pairs,
    read_times,
    train,
)

SCHEMA = pa.schema(dict(list(TEMPORAL_COLUMNS.items())[:7]))
USUAL_MS = (20.0, 200.0, 5.0, 60.0)
SLOW = {"session": 3, "flow": 2, "position": 2}


def sessions(count: int = 12, flows: int = 6, slow_factor: float = 1.0, slow_session: int = -1) -> pa.Table:
    """Return sessions of one sequence, each with its own pace and noise of a tenth."""
    random = np.random.default_rng(20221122)
    rows: list[dict[str, Any]] = []
    for session in range(count):
        pace = 10.0 if session == slow_session else random.uniform(0.7, 1.4)
        for flow in range(flows):
            for position, usual in enumerate(USUAL_MS, 1):
                is_slow = {"session": session, "flow": flow, "position": position} == SLOW
                elapsed = usual * pace * random.lognormal(0, 0.1) * (slow_factor if is_slow else 1)
                rows.append(_row(f"s{session:02}", f"f{flow}", position, float(np.round(elapsed))))
    return pa.Table.from_pylist(rows, SCHEMA)


def _row(session: str, flow: str, position: int, elapsed: float) -> dict[str, Any]:
    return {
        "flow_id": f"{session}{flow}", "session_id": session, "sequence_id": "q", "beat_position": position,
        "beat_execution_id": f"{session}{flow}{position}", "next_beat_execution_id": f"{session}{flow}{position + 1}",
        "elapsed_ms": elapsed,
    }  # fmt: skip


def unusual(observed: pa.Table, options: TemporalOptions | None = None) -> list[dict[str, Any]]:
    return [row for row in judge_pairs(observed, options).to_pylist() if row["is_unusual"]]


def test_healthy_sessions_have_no_unusual_time() -> None:
    assert unusual(sessions()) == []


def test_a_slow_beat_is_named_with_its_evidence() -> None:
    (found,) = unusual(sessions(slow_factor=8))
    assert found["beat_execution_id"] == "s03f22"
    assert found["z_score"] > 6
    assert found["expected_ms"] == pytest.approx(found["elapsed_ms"] / 8, rel=0.4)
    assert (found["training_execution_count"], found["training_session_count"]) == (11 * 6, 11)


def test_a_beat_that_is_far_too_fast_is_unusual_too() -> None:
    (found,) = unusual(sessions(slow_factor=0.05))
    assert found["z_score"] < -6


def test_a_machine_ten_times_slower_is_not_blamed_and_its_pace_is_said() -> None:
    observed = sessions(slow_session=7)
    assert unusual(observed) == []
    paces = {row["session_id"]: row["session_pace"] for row in judge_pairs(observed).to_pylist()}
    assert paces["s07"] == pytest.approx(10, rel=0.3)


def test_a_slow_beat_on_a_slow_machine_is_still_found() -> None:
    (found,) = unusual(sessions(slow_session=3, slow_factor=8))
    assert found["beat_execution_id"] == "s03f22"


def test_training_never_sees_what_it_judges() -> None:
    plain, slow = judge_pairs(sessions()).to_pylist(), judge_pairs(sessions(slow_factor=1000)).to_pylist()
    usual = {row["beat_execution_id"]: row["expected_ms"] for row in plain}
    for row in slow:
        if row["session_id"] == "s03":
            assert row["expected_ms"] == pytest.approx(usual[row["beat_execution_id"]], rel=0.05)


@pytest.mark.parametrize("largest_fold_count", [2, 5, 20])
def test_every_observation_is_judged_once_by_folds_that_part_the_sessions(largest_fold_count: int) -> None:
    times = read_times(sessions())
    parts = list(folds(times, largest_fold_count))
    assert np.sum(parts, axis=0).tolist() == [1] * len(times.pair)
    for part in parts:
        assert not set(times.session[part]) & set(times.session[~part])


def test_a_window_can_be_judged_by_the_sessions_before_it() -> None:
    times, options = read_times(sessions(slow_factor=8)), TemporalOptions()
    window = times.session == 3
    found = judge(times.select(window), train(times.select(~window), options), options)
    assert int(found.is_unusual.sum()) == 1


@pytest.mark.parametrize("count", [1, 5])
def test_too_few_sessions_judge_nothing(count: int) -> None:
    assert judge_pairs(sessions(count)).num_rows == 0


def test_a_session_with_hardly_any_pair_has_no_pace_to_be_judged_at() -> None:
    few = pa.Table.from_pylist([_row("zz", "f0", 1, 9000.0)], SCHEMA)
    judged = judge_pairs(pa.concat_tables([sessions(), few]))
    assert "zz" not in judged.column("session_id").to_pylist()


def test_a_step_of_the_clock_is_not_unusual() -> None:
    rows = [_row(f"s{session:02}", f"f{flow}", 1, 1.0) for session in range(12) for flow in range(12)]
    rows[0]["elapsed_ms"], rows[1]["elapsed_ms"] = 3.0, 0.0
    assert unusual(pa.Table.from_pylist(rows, SCHEMA), TemporalOptions(minimal_difference_ms=0)) == []


def test_no_observation_is_a_table_without_rows() -> None:
    judged = judge_pairs(SCHEMA.empty_table())
    assert judged.num_rows == 0
    assert judged.column_names == list(TEMPORAL_COLUMNS)


def test_the_order_of_rows_does_not_matter() -> None:
    observed = sessions(slow_factor=8)
    backwards = observed.take(pa.array(range(observed.num_rows - 1, -1, -1)))
    assert judge_pairs(observed).equals(judge_pairs(backwards))


def test_medians_are_those_of_numpy() -> None:
    times, options = read_times(sessions(flows=7)), TemporalOptions()
    levelled = judge_by_others(times, options)
    profile = train(times, options)
    logs = np.log(times.elapsed_ms + 1)
    rough = np.array([np.median(logs[times.pair == pair]) for pair in range(times.pair_count)])
    pace = np.array([np.median((logs - rough[times.pair])[times.session == one]) for one in range(12)])
    even = logs - pace[times.session]
    centre = np.array([np.median(even[times.pair == pair]) for pair in range(times.pair_count)])
    assert profile.centre == pytest.approx(centre, abs=1e-12)
    assert levelled.is_judged.all()
