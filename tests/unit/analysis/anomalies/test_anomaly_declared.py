"""What the declarations forbid is a warning, unless it is usual, accepted or a consequence."""

from typing import Any

from orchestration.analysis.anomalies.model import Observed
from tests.anomaly_sessions import detect, last_by_others, observed, session_ids


def _deviation(session: str, **changed: Any) -> dict[str, Any]:
    return {
        "session_id": session, "deviation_class": "missing_beat", "severity": "warning", "sequence_name": "Create",
        "topic": "made", "occurrence_count": 1, "expected": "a beat", "observed": "none", "is_consequence": False,
        "is_accepted": False,
    } | changed  # fmt: skip


def _seen(count: int, deviations: list[dict[str, Any]]) -> Observed:
    ids = session_ids(count)
    flows = [{"session_id": one, "flow_id": one, "sequence_name": "Create", "status": "completed"} for one in ids]
    return observed(ids, flows=flows, deviations=deviations)


def _severities(seen: Observed, count: int) -> list[str]:
    return list(detect("declared_behaviour", seen, last_by_others(count))["declared_severity"])


def test_a_deviation_is_a_warning_on_the_first_day() -> None:
    assert _severities(_seen(1, [_deviation("s000")]), 1) == ["warning"]


def test_cases_of_one_thing_are_one_anomaly_with_its_first_line() -> None:
    seen = _seen(2, [_deviation("s001", line_number=9), _deviation("s001", line_number=4, occurrence_count=3)])
    (row,) = detect("declared_behaviour", seen, last_by_others(2)).to_dicts()
    assert (row["occurrence_count"], row["line_number"], row["detector"]) == (4, 4, "declared_behaviour")


def test_what_a_good_part_of_the_sessions_does_too_is_a_note() -> None:
    some = [_deviation(one) for one in [*session_ids(20), "s040"]]
    few = [_deviation(one) for one in [*session_ids(10), "s040"]]
    assert _severities(_seen(41, some), 41) == ["info"]
    # 15 of 40: surely more than a fifth (lower bound 25%).
    assert _severities(_seen(41, [_deviation(one) for one in [*session_ids(15), "s040"]]), 41) == ["info"]
    assert _severities(_seen(41, few), 41) == ["warning"]


def test_few_sessions_do_not_make_anything_usual() -> None:
    assert _severities(_seen(10, [_deviation(one) for one in session_ids(10)]), 10) == ["warning"]


def test_consequences_and_accepted_deviations_are_notes() -> None:
    follows, accepted = _deviation("s001", is_consequence=True), _deviation("s001", topic="other", is_accepted=True)
    assert _severities(_seen(2, [follows, accepted]), 2) == ["info", "info"]


def test_what_the_application_reports_itself_is_left_to_the_errors() -> None:
    assert _severities(_seen(2, [_deviation("s001", deviation_class="blocked_emission")]), 2) == []


def test_a_handler_that_throws_is_a_failure() -> None:
    seen = _seen(2, [_deviation("s001", deviation_class="handler_failed", handler_name="draw")])
    (row,) = detect("failure", seen, last_by_others(2)).to_dicts()
    assert (row["detector"], row["handler_name"], row["declared_severity"]) == ("failure", "draw", "warning")


def test_a_hang_is_told_from_a_log_that_ends() -> None:
    deviations = [
        _deviation("s001", deviation_class="hung_flow"), _deviation("s001", deviation_class="incomplete_flow"),
    ]  # fmt: skip
    found = detect("session_end", _seen(2, deviations), last_by_others(2))
    assert list(found["anomaly_class"]) == ["hung_flow", "ends_inside_flow"]
    assert set(found["declared_severity"]) == {"warning"}


def test_users_who_always_close_the_tab_inside_a_flow_are_not_unusual() -> None:
    deviations = [_deviation(one, deviation_class="incomplete_flow") for one in session_ids(30)]
    found = detect("session_end", _seen(30, deviations), last_by_others(30))
    assert list(found["declared_severity"]) == ["info"]
