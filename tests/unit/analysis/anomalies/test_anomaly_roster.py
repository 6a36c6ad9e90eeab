"""No session is judged by itself, and incidents teach nothing."""

from orchestration.analysis.anomalies.model import AnomalyOptions, Split
from orchestration.analysis.anomalies.roster import Roster, read_roster, split_sessions
from tests.anomaly_sessions import moment, observed, session_ids

OPTIONS = AnomalyOptions()


def _splits(count: int, named: tuple[str, ...] = (), incidents: tuple[str, ...] = ()) -> list[Split]:
    return list(split_sessions(Roster(tuple(session_ids(count)), frozenset(named), frozenset(incidents)), OPTIONS))


def test_every_session_is_judged_once_and_never_by_itself() -> None:
    for splits in (_splits(3), _splits(110), _splits(60, named=tuple(session_ids(25)))):
        judged = [one for split in splits for one in split.judged]
        assert sorted(judged) == sorted(set(judged))
        assert all(not set(split.judged) & set(split.training) for split in splits)


def test_a_session_is_judged_by_earlier_ones_once_there_are_enough() -> None:
    for split in _splits(100):
        first = min(split.judged)
        earlier = [one for one in session_ids(100) if one < first]
        assert list(split.training) == (
            earlier if len(earlier) >= 30 else [one for one in session_ids(100) if one not in split.judged]
        )


def test_named_sessions_judge_all_others_and_each_other() -> None:
    named = tuple(session_ids(25))
    first, *rest = _splits(60, named=named)
    assert first == Split(tuple(session_ids(35, 25)), named)
    assert {one for split in rest for one in split.judged} == set(named)
    assert all(set(split.training) < set(named) for split in rest)


def test_an_incident_is_judged_and_never_teaches() -> None:
    for splits in (_splits(40, incidents=("s003",)), _splits(40, named=("s001", "s003"), incidents=("s003",))):
        assert any("s003" in split.judged for split in splits)
        assert all("s003" not in split.training for split in splits)


def test_sessions_are_put_in_the_order_of_time() -> None:
    late, early = ({"session_id": name, "started_at": moment(at), "is_training": False, "is_incident": False}
                   for name, at in (("late", 5), ("early", 1)))  # fmt: skip
    without_clock = {"session_id": "clockless", "started_at": None, "is_training": True, "is_incident": True}
    roster = read_roster(observed([], sessions=[late, early, without_clock]).sessions)
    assert roster == Roster(("clockless", "early", "late"), frozenset({"clockless"}), frozenset({"clockless"}))


def test_no_session_gives_no_split() -> None:
    assert _splits(0) == []
