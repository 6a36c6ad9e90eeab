"""New variants, transitions, errors and state keys, and unusual mixes of sequences."""

from typing import Any

import pytest

from orchestration.analysis.anomalies.model import Observed
from tests.anomaly_sessions import detect, last_by_others, observed, session_ids

COUNT = 31
SPLIT = last_by_others(COUNT)
LAST = SPLIT.judged[0]


def _flow(session: str, variant: str = "usual", **changed: Any) -> dict[str, Any]:
    return {
        "session_id": session, "flow_id": f"{session}-{variant}", "sequence_name": "Create", "status": "completed",
        "variant_id": variant, "beat_count": 3, "alignment_cost": 0,
    } | changed  # fmt: skip


def _beats(flow: dict[str, Any], topics: str) -> list[dict[str, Any]]:
    return [
        {"session_id": flow["session_id"], "flow_id": flow["flow_id"], "sequence_name": "Create", "topic": topic,
         "execution_number": number, "beat_number": number}
        for number, topic in enumerate(topics, 1)
    ]  # fmt: skip


def _with_beats(last_topics: str, last_status: str = "completed") -> Observed:
    flows = [_flow(one) for one in session_ids(COUNT)]
    flows[-1]["status"] = last_status
    beats = [beat for flow in flows[:-1] for beat in _beats(flow, "abbbc")] + _beats(flows[-1], last_topics)
    return observed(session_ids(COUNT), flows=flows, beats=beats)


def test_a_new_variant_is_as_surprising_as_the_number_of_sessions_allows() -> None:
    flows = [_flow(one) for one in session_ids(COUNT)] + [_flow(LAST, "new")]
    (row,) = detect("variant_novelty", observed(session_ids(COUNT), flows=flows), SPLIT).to_dicts()
    assert row["p_value"] == pytest.approx(1 / COUNT)
    assert (row["flow_id"], row["sequence_name"]) == (f"{LAST}-new", "Create")


def test_where_every_session_brings_a_new_variant_one_more_is_no_surprise() -> None:
    flows = [_flow(one, f"own {one}") for one in session_ids(COUNT)]
    (row,) = detect("variant_novelty", observed(session_ids(COUNT), flows=flows), SPLIT).to_dicts()
    assert row["p_value"] == 1.0


def test_a_flow_without_an_end_has_no_variant() -> None:
    flows = [_flow(one) for one in session_ids(COUNT)] + [_flow(LAST, "cut", status="incomplete")]
    assert detect("variant_novelty", observed(session_ids(COUNT), flows=flows), SPLIT).is_empty()


def test_a_sequence_never_seen_before_has_no_usual_order() -> None:
    flows = [_flow(one) for one in session_ids(COUNT)] + [_flow(LAST, "new", sequence_name="Delete")]
    assert detect("variant_novelty", observed(session_ids(COUNT), flows=flows), SPLIT).is_empty()


def test_a_step_never_taken_is_a_new_transition() -> None:
    found = detect("transition", _with_beats("acb"), SPLIT)
    assert list(found["topic"]) == ["a", "c", "b"]
    assert set(found["p_value"]) == {1 / COUNT}


def test_one_repetition_more_is_no_new_transition() -> None:
    assert detect("transition", _with_beats("abbbbbbc"), SPLIT).is_empty()


def test_a_log_that_is_cut_short_is_no_new_transition() -> None:
    assert detect("transition", _with_beats("ab", "incomplete"), SPLIT).is_empty()
    assert len(detect("transition", _with_beats("ab"), SPLIT)) == 1


def test_the_costliest_flow_stands_for_its_session() -> None:
    flows = [_flow(one, alignment_cost=1) for one in session_ids(10)] + [
        _flow(one) for one in session_ids(21, 10)
    ] + [_flow(LAST, "bad", alignment_cost=1), _flow(LAST, "worse", alignment_cost=4)]  # fmt: skip
    (row,) = detect("alignment_cost", observed(session_ids(COUNT), flows=flows), SPLIT).to_dicts()
    assert (row["flow_id"], row["occurrence_count"]) == (f"{LAST}-worse", 2)
    assert row["p_value"] == pytest.approx(1 / COUNT)


def test_a_new_group_of_errors_is_found_and_a_known_one_is_not() -> None:
    errors = [{"session_id": one, "error_group": "known", "message": "again"} for one in session_ids(COUNT)]
    errors += [{"session_id": LAST, "error_group": "new", "message": "never before"}] * 2
    (row,) = detect("error_novelty", observed(session_ids(COUNT), errors=errors), SPLIT).to_dicts()
    assert (row["observed"], row["occurrence_count"]) == ("never before, 2 times", 2)


def test_a_key_a_known_handler_never_touched_is_new() -> None:
    def change(session: str, handler: str, key: str) -> dict[str, Any]:
        return {"session_id": session, "handler_name": handler, "change_kind": "added", "state_key": key}

    keys = [change(one, "draw", "shape") for one in session_ids(COUNT)]
    keys += [change(LAST, "draw", "colour"), change(LAST, "never seen", "size")]
    (row,) = detect("state_key_novelty", observed(session_ids(COUNT), state_keys=keys), SPLIT).to_dicts()
    assert (row["handler_name"], row["observed"]) == ("draw", "added colour")


def test_a_mix_no_other_session_has_names_the_sequence_that_is_off() -> None:
    flows = []
    for place, session in enumerate(session_ids(COUNT)):
        many = 3 + place % 5
        flows += [_flow(session)] * many
        flows += [_flow(session, sequence_name=name) for name in ("Drop", "Select", "Drag") for _ in range(many)]
        flows += [_flow(session, sequence_name="Render")] * (0 if session == LAST else many)
    found = detect("count_vector", observed(session_ids(COUNT), flows=flows), SPLIT)
    (row,) = found.to_dicts()
    assert (row["sequence_name"], row["observed"]) == ("Render", "0 flows")
    assert row["p_value"] == pytest.approx(1 / COUNT)


def test_more_of_what_users_do_together_is_no_unusual_mix() -> None:
    """Two habits that vary by themselves span what is usual: far more of one of them is still usual."""
    flows = []
    for place, session in enumerate(session_ids(COUNT)):
        edits, views = 3 + place % 5, 3 + place % 3
        if session == LAST:
            edits, views = 5, 40
        flows += [_flow(session, sequence_name=name) for name in ("Create", "Drop", "Select") for _ in range(edits)]
        flows += [_flow(session, sequence_name=name) for name in ("Render", "Drag") for _ in range(views)]
    (row,) = detect("count_vector", observed(session_ids(COUNT), flows=flows), SPLIT).to_dicts()
    assert row["p_value"] > 0.1
