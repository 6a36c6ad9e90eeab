"""Slow handlers, storms, silences and error bursts: how rare so much is."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.durations import normal_scores
from orchestration.analysis.anomalies.model import Observed
from orchestration.analysis.anomalies.tails import largest_bursts
from tests.anomaly_sessions import OPTIONS, detect, last_by_others, moment, observed, session_ids

COUNT = 41
SPLIT = last_by_others(COUNT)
LAST = SPLIT.judged[0]
HANDLERS = [f"handler{number}" for number in range(10)]


def _executions(slow: str | None, factor: float = 1.0, whole: bool = False, usual_ms: float = 20.0) -> Observed:
    """Ten handlers, five executions each per session; `slow` is slow in the last session, None slows all of them."""
    generator, rows = np.random.default_rng(7), []
    for session in session_ids(COUNT):
        for number in range(5):
            for handler in HANDLERS:
                duration = usual_ms * math.exp(0.4 * generator.normal())
                if session == LAST and slow in (handler, None):
                    duration *= factor
                rows.append(
                    {"session_id": session, "handler_name": handler, "plugin_name": "P", "end_evidence": "settled",
                     "duration_ms": round(duration) if whole else duration, "started_at": moment(number),
                     "duration_resolution_ms": 1.0 if whole else 0.1}
                )  # fmt: skip
    return observed(session_ids(COUNT), handlers=rows)


def test_a_slow_handler_is_found_by_name() -> None:
    for seen in (_executions("handler3", 5.0), _executions("handler3", 5.0, whole=True)):
        found = detect("handler_duration", seen, SPLIT)
        assert list(found["handler_name"]) == ["handler3"]
        assert found["p_value"][0] < 1e-4
        assert found["test_count"][0] == len(HANDLERS)


def test_a_loaded_machine_is_no_slow_handler() -> None:
    found = detect("handler_duration", _executions(None, 5.0), SPLIT)
    assert found["p_value"].min() is None or found["p_value"].min() > 0.01  # type: ignore[operator]


def test_a_healthy_session_has_no_slow_handler() -> None:
    assert detect("handler_duration", _executions("handler3", 1.0), SPLIT).is_empty()


@pytest.mark.parametrize(("usual_ms", "whole"), [(0.12, False), (1.0, True)])
def test_a_difference_the_clock_or_a_person_does_not_feel_is_no_slow_handler(usual_ms: float, whole: bool) -> None:
    # 0.12 ms against 0.6 ms on a fine clock; 1 ms against 3 ms where a clock has whole milliseconds.
    seen = _executions("handler3", 3.0 if whole else 5.0, whole=whole, usual_ms=usual_ms)
    assert detect("handler_duration", seen, SPLIT).is_empty()
    looser = replace(OPTIONS, minimal_difference_ms=0.0, minimal_clock_steps=0)
    (slow,) = (one for one in DETECTORS if one.name == "handler_duration")
    assert list(slow.prepare(seen, looser)(SPLIT)["handler_name"]) == ["handler3"]


def test_equal_durations_share_their_rank() -> None:
    known = np.array([1.0, 1.0, 1.0, 2.0])
    assert list(normal_scores(np.array([1.0, 1.0]), known)) == pytest.approx([-0.253, -0.253], abs=0.001)
    assert normal_scores(np.array([100.0]), known) == normal_scores(np.array([3.0]), known)


def _flows(counts: dict[str, int], gap_seconds: float = 0.01) -> list[dict[str, Any]]:
    return [
        {"session_id": session, "flow_id": f"{session}{number}", "sequence_name": "Toggle", "status": "completed",
         "started_at": moment(number * gap_seconds)}
        for session, count in counts.items()
        for number in range(count)
    ]  # fmt: skip


def test_a_storm_is_improbable_and_a_few_more_than_usual_are_not() -> None:
    usual = dict.fromkeys(session_ids(COUNT), 2)
    for count, is_rare in ((60, True), (4, False)):
        seen = observed(session_ids(COUNT), flows=_flows(usual | {LAST: count}))
        (row,) = detect("rate_storm", seen, SPLIT).to_dicts()
        assert (row["p_value"] < 1e-6) is is_rare
        assert (row["sequence_name"], row["occurrence_count"]) == ("Toggle", count)


def test_a_handler_storms_alone_or_its_sequence_storms() -> None:
    flows = [flow for one in session_ids(COUNT) for flow in _flows({one: 1})]
    usual = [(one, 0) for one in session_ids(COUNT) if one != LAST]
    runs = [
        {"session_id": one, "plugin_name": "Bar", "handler_name": "spin", "sequence_name": "Toggle",
         "started_at": moment(0.01 * number)}
        for one, number in [*usual, *((LAST, number) for number in range(60))]
    ]  # fmt: skip
    alone = detect("rate_storm", observed(session_ids(COUNT), flows=flows, handlers=runs), SPLIT).to_dicts()
    assert {row["handler_name"] for row in alone if row["p_value"] < 1e-6} == {"spin"}
    both = observed(session_ids(COUNT), flows=[*flows, *_flows({LAST: 60})], handlers=runs)
    assert [row["handler_name"] for row in detect("rate_storm", both, SPLIT).to_dicts()] == [None]


def test_what_was_never_seen_is_not_improbable_for_being_many() -> None:
    seen = observed(session_ids(COUNT), flows=_flows({LAST: 60}))
    (row,) = detect("rate_storm", seen, SPLIT).to_dicts()
    assert row["p_value"] == pytest.approx(1 / 60)


def test_one_storm_among_the_training_sessions_does_not_make_storms_usual() -> None:
    counts = dict.fromkeys(session_ids(COUNT), 2) | {"s003": 80, LAST: 60}
    (row,) = detect("rate_storm", observed(session_ids(COUNT), flows=_flows(counts)), SPLIT).to_dicts()
    assert row["p_value"] < 1e-3


@pytest.mark.parametrize(("flood", "least"), [(70, 0.01), (150, 0.001)])
def test_a_topic_some_users_publish_in_floods_is_not_alarmed_by_a_flood(flood: int, least: float) -> None:
    counts = {session: (60 if place % 4 == 0 else 1) for place, session in enumerate(session_ids(COUNT))}
    topics = [
        {"session_id": session, "topic": "drag.move", "emitted_at": moment(0.01 * number)}
        for session, count in (counts | {LAST: flood}).items()
        for number in range(count)
    ]
    (row,) = detect("rate_storm", observed(session_ids(COUNT), topics=topics), SPLIT).to_dicts()
    assert row["p_value"] > least
    assert row["topic"] == "drag.move"


def test_a_burst_is_counted_within_ten_seconds_and_without_a_clock_in_the_session() -> None:
    times = [0.0, 1.0, 9.0, 10.0, 30.0, None, None]
    things = pl.DataFrame(
        {
            "session_id": ["s"] * 7,
            "thing": ["timed"] * 5 + ["untimed"] * 2,
            "detected_at": [None if at is None else moment(at) for at in times],
            "line_number": list(range(1, 8)),
        }
    )
    found = largest_bursts(things, OPTIONS)
    assert dict(found.select("thing", "burst_count").iter_rows()) == {"timed": 4, "untimed": 2}


def test_errors_in_a_burst_are_found() -> None:
    counts = dict.fromkeys(session_ids(COUNT), 1) | {LAST: 40}
    errors = [
        {"session_id": session, "error_group": "g", "message": "boom", "detected_at": moment(number)}
        for session, count in counts.items()
        for number in range(count)
    ]
    (row,) = detect("error_burst", observed(session_ids(COUNT), errors=errors), SPLIT).to_dicts()
    assert (row["observed"], row["p_value"] < 1e-6) == ("11 in 10 s: boom", True)


def _gaps(last_ms: float, scale_ms: float = 800.0) -> Observed:
    generator = np.random.default_rng(3)
    rows = [
        {"session_id": session, "gap_class": "user_idle", "duration_ms": 1000 + float(generator.exponential(scale_ms))}
        for session in session_ids(COUNT - 1)
        for _ in range(5)
    ]
    return observed(
        session_ids(COUNT), gaps=[*rows, {"session_id": LAST, "gap_class": "user_idle", "duration_ms": last_ms}]
    )


def test_a_silence_is_as_rare_as_its_length_among_those_of_its_class() -> None:
    (longer,) = detect("silent_gap", _gaps(12_000.0), SPLIT).to_dicts()
    (usual,) = detect("silent_gap", _gaps(1_800.0), SPLIT).to_dicts()
    assert longer["p_value"] < 1e-3
    assert 0.2 < usual["p_value"] < 0.6
    assert longer["anomaly_class"] == "gap_user_idle"


def test_where_a_few_silences_are_very_long_a_long_one_is_less_rare() -> None:
    """Lengths with a heavy tail: an exponential of their mean would take 60 s for one in a hundred millions."""
    generator = np.random.default_rng(5)
    gaps = [
        {"session_id": session, "gap_class": "user_idle", "duration_ms": 1000 + 1500 * float(generator.pareto(1.6))}
        for session in session_ids(COUNT - 1)
        for _ in range(5)
    ]
    gaps.append({"session_id": LAST, "gap_class": "user_idle", "duration_ms": 60_000.0})
    (row,) = detect("silent_gap", observed(session_ids(COUNT), gaps=gaps), SPLIT).to_dicts()
    assert 1e-4 < row["p_value"] < 0.05


def test_users_who_read_for_minutes_make_a_long_silence_usual() -> None:
    (row,) = detect("silent_gap", _gaps(12_000.0, 60_000.0), SPLIT).to_dicts()
    assert row["p_value"] > 0.5
