"""What counts as found, what as a false alarm, who is held out, and that nothing stays behind."""

import random
from collections import Counter
from pathlib import Path

import pytest

from orchestration.defs.home import Home
from orchestration.defs.proving.accuracy_report import slower_builds_of, wilson_interval
from orchestration.defs.proving.fault_plan import draw_roster
from orchestration.defs.proving.scratch import scratch_home
from orchestration.faults.fault_scores import ANOMALY, DEVIATION, Finding, judge_fault, new_findings
from orchestration.faults.scene import Fault
from orchestration.faults.slower_builds import Outcome

SKIPPED = Fault("beat_skipped", "tea-brew", "Tea Brew", "tea:steep", "steepLeaves", 2)
SLOW = Fault("slow_more", "tea-brew", "Tea Brew", "tea:steep", "steepLeaves", 2)


def finding(check: str, source: str = DEVIATION, **place: str) -> Finding:
    where = {"sequence_name": None, "topic": None, "handler_name": None, **place}
    return Finding(
        "copy.log", source, check, "warning", where["sequence_name"], where["topic"], where["handler_name"], 1
    )


MISSING = finding("missing_beat", sequence_name="Tea Brew", topic="tea:steep")


def test_a_fault_is_found_by_the_right_class_at_the_right_place() -> None:
    other = finding("failed_beat", sequence_name="Cup Wash", topic="cup:dry")
    follows = finding("failed_flow", sequence_name="Tea Brew")
    judged = judge_fault(SKIPPED, ("copy.log", "log"), [MISSING, follows, other], [])
    assert judged.named == (MISSING,)
    assert judged.consequences == (follows,)
    assert judged.false_alarms == (other,)


def test_what_the_original_shows_already_does_not_count() -> None:
    assert not judge_fault(SKIPPED, ("copy.log", "log"), [MISSING], [MISSING]).is_found
    assert new_findings([MISSING, MISSING], [MISSING]) == [MISSING]


def test_the_rank_of_the_true_cause_is_told() -> None:
    causes = [finding("add_timeout", topic="cup:dry"), finding("restore_order", sequence_name="Tea Brew")]
    assert judge_fault(SKIPPED, ("copy.log", "log"), [], [], causes=causes).cause_rank == 2
    assert judge_fault(SKIPPED, ("copy.log", "log"), [], [], causes=causes[:1]).cause_rank is None


def test_a_right_class_at_another_place_is_no_hit() -> None:
    elsewhere = finding("missing_beat", sequence_name="Cup Wash", topic="cup:dry")
    judged = judge_fault(SKIPPED, ("copy.log", "log"), [elsewhere], [])
    assert not judged.is_found
    assert judged.false_alarms == (elsewhere,)


def test_a_slow_handler_is_named_by_its_handler_not_by_its_sequence() -> None:
    sequence = finding("rate_storm", ANOMALY, sequence_name="Tea Brew")
    handler = finding("handler_duration", ANOMALY, handler_name="steepLeaves", topic="tea:steep")
    assert not judge_fault(SLOW, ("copy.log", "log"), [sequence], []).is_found
    assert judge_fault(SLOW, ("copy.log", "log"), [handler], []).is_found


@pytest.mark.parametrize(("count", "held_out"), [(1, 1), (6, 2), (20, 6), (24, 4), (48, 16)])
def test_held_out_sessions_do_not_train_and_learned_detectors_keep_their_sessions(count: int, held_out: int) -> None:
    names = [f"{number:02d}.log" for number in range(count)]
    roster = draw_roster(names, names, random.Random(1))
    assert len(roster.held_out) == held_out
    assert not set(roster.held_out) & set(roster.training)
    assert Counter([*roster.held_out, *roster.training]) == Counter(names)


def test_sessions_that_never_train_are_broken_first() -> None:
    names = [f"{number:02d}.log" for number in range(30)]
    roster = draw_roster(names, names[:20], random.Random(1))
    assert roster.held_out == tuple(names[20:])
    assert roster.training == tuple(names[:20])


def test_an_interval_is_that_of_the_literature() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 25.5 to 36.6 %, 0 of 20 gives 0 to 16.1 %.
    assert wilson_interval(81, 263) == (25.5, 36.6)
    assert wilson_interval(0, 20) == (0.0, 16.1)
    assert wilson_interval(0, 0) is None


def test_alarms_about_what_was_not_slowed_are_counted() -> None:
    outcomes = [Outcome("a", True, True, True, 0), Outcome("b", False, False, False, 2)]
    report = slower_builds_of(10, {"Handler 20 ms slower": outcomes})
    assert report["changes"][0] | {"recall_interval": None} == {
        "title": "Handler 20 ms slower",
        "made": 2,
        "found": 1,
        "recall_interval": None,
        "detectable": 1,
        "detectable_found": 1,
        "false_alarms": 2,
    }


def test_nothing_stays_behind_when_it_is_interrupted(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.lake / "raw").mkdir(parents=True)
    (home.lake / "raw" / "part.parquet").write_bytes(b"rows")
    home.warehouse.write_bytes(b"tables")
    (home.scratch / "lake").mkdir(parents=True)
    (home.scratch / "lake" / "left by a killed run").touch()
    with pytest.raises(KeyboardInterrupt):
        _work_until_interrupted(home)
    assert not home.scratch.exists()
    assert home.warehouse.read_bytes() == b"tables"
    assert (home.lake / "raw" / "part.parquet").read_bytes() == b"rows"


def _work_until_interrupted(home: Home) -> None:
    with scratch_home(home) as scratch:
        assert sorted(path.name for path in scratch.path.iterdir()) == ["lake", "warehouse.duckdb"]
        assert scratch.path.stat().st_mode & 0o077 == 0
        scratch.warehouse.write_bytes(b"other tables")
        raise KeyboardInterrupt
