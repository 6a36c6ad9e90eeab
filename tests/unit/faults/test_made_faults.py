"""What is made is what its label says, in every dialect that names the signals, and nothing else is changed."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.defs.proving.recorded import Recordings, write_log
from orchestration.faults.declared_beats import Declared
from orchestration.faults.fault_making import KINDS, STORM_TIMES, Faulty, make_fault
from orchestration.faults.histories import slower_from
from orchestration.faults.scene import Fault, NoPlaceError, Scene
from orchestration.faults.session_flows import Flow, flows_of, owned
from orchestration.faults.session_rows import SessionRows
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.corpus import REPOSITORY
from tests.unit.faults.written_sessions import TEAHOUSE, declared_beats, write_session

BISTRO = REPOSITORY / "examples" / "bistro"
# A session in which every kind has a place.
BISTRO_LOG = "bistro-20261118T0829.log"
DIALECTS = ("bistro", "conductor", "teahouse")
SIGNALS = {kind.name: kind for kind in KINDS}


@dataclass
class Made:
    """A session before and after each kind of fault, read again from what was written."""

    before: SessionRows
    after: dict[str, SessionRows]
    faulty: dict[str, Faulty]
    rejected: dict[str, int]
    declared: Declared


@pytest.fixture(scope="module", params=DIALECTS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp(request.param)
    logs, dialects, lake = folder / "logs", folder / "dialects", folder / "lake"
    dialects.mkdir()
    (dialects / "teahouse.toml").write_text(TEAHOUSE, encoding="utf-8")
    logs.mkdir()
    if request.param == "bistro":
        (logs / "before.log").write_bytes((BISTRO / "logs" / BISTRO_LOG).read_bytes())
        scan_code([], [BISTRO / "src" / "modules", BISTRO / "manifests"], [], lake, ScanOptions())
    else:
        write_session(logs / "before.log", request.param)
    recordings = _read(logs, lake, dialects)
    declared = recordings.declared() if request.param == "bistro" else Declared(declared_beats())
    before = recordings.rows(recordings.logs[0])
    faulty = {}
    for kind in KINDS:
        faulty[kind.name] = make_fault(Scene(before, declared, random.Random(3)), kind)
        write_log(logs / f"{kind.name}.log", faulty[kind.name].text)
    read = _read(logs, lake, dialects)
    files = pl.read_parquet(lake / "raw" / "log_files" / "*.parquet")
    return Made(
        owned(before),
        {log.log_file_path.removesuffix(".log"): owned(read.rows(log)) for log in read.logs},
        faulty,
        dict(files.select("log_file_path", "rejected_line_count").iter_rows()),
        declared,
    )


def _read(logs: Path, lake: Path, dialects: Path) -> Recordings:
    ingest_logs([logs], lake, IngestOptions(workers=1, settle_seconds=0, dialect_folders=(dialects,), are_all_new=True))
    return Recordings(lake, (str(logs),), (dialects,))


def _beats(log: SessionRows, topic: str | None) -> int:
    return sum(beat.topic == topic for flow in flows_of(log) for beat in flow.beats)


def _said(log: SessionRows, signal: str, **fields: object) -> int:
    return sum(
        row.signal == signal and all(row.value(name) == value for name, value in fields.items()) for row in log.rows
    )


def _runs(log: SessionRows, name: str | None) -> int:
    return sum(flow.sequence == name for flow in flows_of(log))


def _orders(log: SessionRows) -> Counter[tuple[str, ...]]:
    return Counter(tuple(beat.topic for beat in flow.beats) for flow in flows_of(log))


def _open(log: SessionRows) -> list[Flow]:
    return [flow for flow in flows_of(log) if flow.last < 0]


def _spent(log: SessionRows, topic: str | None) -> float:
    return sum(
        call.milliseconds for flow in flows_of(log) for beat in flow.beats for call in beat.calls if call.topic == topic
    )


def _more(made: Made, fault: Fault, measure: Callable[[SessionRows, str | None], int], name: str | None) -> int:
    return measure(made.after[fault.kind], name) - measure(made.before, name)


def test_a_session_is_taken_apart_without_loss(made: Made) -> None:
    assert len(flows_of(made.before)) > 4
    assert made.before.has_clock
    assert {name: log.text() for name, log in made.after.items() if name != "before"} == {
        name: one.text for name, one in made.faulty.items()
    }


def test_what_is_made_is_read_by_the_same_dialect(made: Made) -> None:
    assert set(made.after) == {"before", *SIGNALS}
    assert set(made.rejected.values()) == {made.rejected["before.log"]}


def test_a_beat_is_left_out_repeated_or_added_as_often_as_the_label_says(made: Made) -> None:
    for kind, sign in (("beat_skipped", -1), ("beat_repeated", 1), ("beat_undeclared", 1)):
        fault = made.faulty[kind].fault
        assert _more(made, fault, _beats, fault.topic) == sign * fault.execution_count
        others = [flow.sequence for flow in flows_of(made.before)]
        assert [flow.sequence for flow in flows_of(made.after[kind])] == others


def test_beats_change_places_and_none_is_lost(made: Made) -> None:
    fault = made.faulty["beat_reordered"].fault
    before, after = _orders(made.before), _orders(made.after["beat_reordered"])
    assert sum((after - before).values()) == fault.execution_count
    for order in after - before:
        place = order.index(str(fault.other_topic))
        assert order[place + 1] == fault.topic
        assert tuple(sorted(order)) in {tuple(sorted(one)) for one in before}


def test_a_beat_fails_where_the_label_says(made: Made) -> None:
    for kind in ("beat_fails", "flow_aborts"):
        fault, after = made.faulty[kind].fault, made.after[kind]
        was = _said(made.before, "beat_failed", topic=fault.topic)
        assert _said(after, "beat_failed", topic=fault.topic) - was == fault.execution_count
    aborts = made.faulty["flow_aborts"].fault
    failed = _said(made.after["flow_aborts"], "flow_failed") - _said(made.before, "flow_failed")
    assert failed == aborts.execution_count
    assert _said(made.after["beat_fails"], "flow_failed") == _said(made.before, "flow_failed")


def test_a_beat_finds_no_subscriber_and_no_handler_runs(made: Made) -> None:
    fault, after = made.faulty["no_subscriber"].fault, made.after["no_subscriber"]
    assert _said(after, "subscribers_absent", topic=fault.topic) == fault.execution_count
    called = _said(made.before, "handler_started", topic=fault.topic)
    assert _said(after, "handler_started", topic=fault.topic) == called - fault.execution_count


def test_a_topic_leads_nowhere_or_elsewhere(made: Made) -> None:
    fault, after = made.faulty["topic_unrouted"].fault, made.after["topic_unrouted"]
    assert _said(after, "topic_published", topic=fault.topic, item_count=0) == fault.execution_count
    assert _more(made, fault, _runs, fault.sequence_name) == -fault.execution_count
    fault, after = made.faulty["topic_misrouted"].fault, made.after["topic_misrouted"]
    assert _said(after, "topic_published", topic=fault.topic) == _said(
        made.before, "topic_published", topic=fault.topic
    )
    assert _said(after, "topic_routed", topic=fault.topic, sequence_key=fault.sequence_key) == (
        _said(made.before, "topic_routed", topic=fault.topic, sequence_key=fault.sequence_key) - fault.execution_count
    )


def test_a_flow_hangs_or_the_log_ends_in_it(made: Made) -> None:
    for kind in ("flow_hangs", "log_cut"):
        fault = made.faulty[kind].fault
        new = len(_open(made.after[kind])) - len(_open(made.before))
        assert fault.sequence_name in {flow.sequence for flow in _open(made.after[kind])}
        assert new >= 1
    assert made.before.text().startswith(made.faulty["log_cut"].text.removesuffix("\n"))


def test_a_handler_throws_and_the_flow_goes_on(made: Made) -> None:
    fault, after = made.faulty["handler_throws"].fault, made.after["handler_throws"]
    was = _said(made.before, "handler_failed", handler_name=fault.handler_name)
    assert _said(after, "handler_failed", handler_name=fault.handler_name) - was == fault.execution_count
    assert len(_open(after)) == len(_open(made.before))


@pytest.mark.parametrize(("kind", "least"), [("slow_more", 50), ("slow_some", 500), ("slow_factor", 1.4)])
def test_a_handler_takes_longer_and_all_clocks_agree(made: Made, kind: str, least: float) -> None:
    fault, after = made.faulty[kind].fault, made.after[kind]
    topic = fault.topic
    more = _spent(after, topic) - _spent(made.before, topic)
    assert more >= least * fault.execution_count * 0.99
    for flow in flows_of(after):
        for beat in flow.beats:
            for call in (one for one in beat.calls if one.topic == topic):
                assert after.milliseconds(call.started, call.settled) >= call.milliseconds - 8
    assert after.is_in_order() == made.before.is_in_order()


def test_a_storm_plays_a_sequence_many_times(made: Made) -> None:
    fault = made.faulty["storm"].fault
    assert _more(made, fault, _runs, fault.sequence_name) == STORM_TIMES - 1
    names = [flow.flow for flow in flows_of(made.after["storm"])]
    assert len(names) == len(set(names))


def test_the_application_stands_still(made: Made) -> None:
    fault, after = made.faulty["stall"].fault, made.after["stall"]
    assert after.milliseconds(0, len(after.rows) - 1) >= made.before.milliseconds(0, len(made.before.rows) - 1) + 2500
    lines = [number for number, row in enumerate(after.rows) for _ in row.text.split("\n")]
    place = lines[fault.first_line - 1]
    assert after.milliseconds(place - 1, place) >= 2500


def test_a_label_names_lines_of_the_text(made: Made) -> None:
    for one in made.faulty.values():
        assert 1 <= one.fault.first_line <= one.fault.last_line <= one.text.count("\n")


def test_the_same_chance_makes_the_same_bytes(made: Made) -> None:
    for kind in KINDS:
        one, other = (make_fault(Scene(made.before, made.declared, random.Random(9)), kind) for _ in range(2))
        assert one == other


def test_a_dialect_without_the_words_has_no_place_for_the_fault(made: Made) -> None:
    bare = SessionRows.of("nothing\nat all\n", [], made.before.rules, "sequential")
    for kind in KINDS:
        with pytest.raises(NoPlaceError, match=r"\w"):
            make_fault(Scene(bare, Declared([]), random.Random(1)), kind)


def test_a_made_history_is_slower_from_one_session_on(made: Made) -> None:
    fault = made.faulty["slow_more"].fault
    texts = slower_from([made.before] * 3, 2, made.declared, str(fault.handler_name), 1.0, 50.0)
    assert texts[:2] == [made.before.text()] * 2
    assert len(texts[2]) >= len(texts[0])
    assert texts[2] != texts[0]
