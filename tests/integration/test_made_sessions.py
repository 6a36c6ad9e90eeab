"""What is made of recorded sessions is what it says: the benchmarks of faults and variations stand on it."""

import random
from pathlib import Path

import pytest

from tests.integration.corpus_truth import EXCEPTIONS, read_truth, session_names
from tests.made.declared import declared_beats
from tests.made.faults import MAKERS, NoPlaceError, Session
from tests.made.session_log import SessionLog

pytestmark = pytest.mark.corpus


def _logs(corpus: Path, count: int) -> list[tuple[str, str]]:
    names = [name for name in session_names(corpus, "clean") if name not in EXCEPTIONS][:count]
    return [(name, (corpus / "logs" / "clean" / f"{name}.log").read_text(encoding="utf-8")) for name in names]


def test_a_session_is_taken_apart_without_loss_into_the_flows_that_ran(corpus: Path) -> None:
    for name, text in _logs(corpus, 12):
        log = SessionLog.parse(text)
        assert log.text() == text
        summary = read_truth(corpus / "logs" / "clean" / f"{name}.truth.json.gz")["summary"]
        assert len(log.flows()) == summary["sequencesCompleted"]
        assert sum(len(flow.beats) for flow in log.flows()) == summary["beatsCompleted"]


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_fault_is_put_where_its_label_says(name: str, corpus: Path) -> None:
    declared = declared_beats(corpus)
    for _, text in _logs(corpus, 12):
        session = Session(SessionLog.parse(text), declared, random.Random(1))
        try:
            log, where, count = MAKERS[name][1](session)
        except NoPlaceError:
            continue
        assert count > 0
        assert log.text() != text
        topics = {beat.topic for beat in declared} | {
            row.message.split("'")[1] for row in log.rows if "Topic '" in row.message
        }
        assert where.get("event", where.get("topic")) in {*topics, None}
        return
    pytest.fail("no session has a place for it")


def test_later_rows_move_all_their_clocks(corpus: Path) -> None:
    [(_, text)] = _logs(corpus, 1)
    log = SessionLog.parse(text)
    place = log.flows()[0].first
    moved = log.delayed(place, 1500.0)
    assert moved.rows[:place] == log.rows[:place]
    assert moved.milliseconds_apart(place - 1, place) == log.milliseconds_apart(place - 1, place) + 1500
    assert moved.delayed(place, -1500.0).milliseconds_apart(place, len(log.rows) - 1) == log.milliseconds_apart(
        place, len(log.rows) - 1
    )
