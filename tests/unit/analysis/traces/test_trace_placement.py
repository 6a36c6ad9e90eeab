"""Sessions become spans and marks on one axis, with a clock and without."""

from pathlib import Path

import duckdb
import pytest

from orchestration.analysis.traces.trace_model import SessionTrace, Span
from orchestration.analysis.traces.trace_placement import NOMINAL_MS, LineClock
from orchestration.flows.traces import load_traces
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, START, write_sample


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SessionTrace]:
    sample = write_sample(tmp_path_factory.mktemp("traces"))
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        return {trace.session_id: trace for trace in load_traces(connection, sample.lake, [CLOCKED, CLOCKLESS, "none"])}


def _span(trace: SessionTrace, key: str) -> Span:
    return next(span for span in trace.spans if span.span_key == key)


def test_a_stamped_span_lies_where_its_stamp_says(traces: dict[str, SessionTrace]) -> None:
    beat = _span(traces[CLOCKED], "b2")
    assert (beat.started_ms, beat.duration_ms, beat.ended_ms) == (62.0, 55.5, 117.5)
    assert traces[CLOCKED].origin_epoch_ms == START.timestamp() * 1000


def test_unknown_sessions_are_left_out(traces: dict[str, SessionTrace]) -> None:
    assert set(traces) == {CLOCKED, CLOCKLESS}


def test_a_flow_without_an_end_reaches_to_the_end_of_its_last_beat(traces: dict[str, SessionTrace]) -> None:
    flow = _span(traces[CLOCKED], "f2")
    assert flow.duration_ms is None
    assert flow.ended_ms == _span(traces[CLOCKED], "b3").ended_ms


def test_a_flow_that_never_started_stands_where_it_was_queued(traces: dict[str, SessionTrace]) -> None:
    flow = _span(traces[CLOCKED], "f3")
    assert (flow.started_ms, flow.status, flow.duration_ms) == (900.0, "never_started", None)


def test_a_queue_wait_lasts_from_queued_to_started(traces: dict[str, SessionTrace]) -> None:
    wait = _span(traces[CLOCKED], "f1/wait")
    assert (wait.started_ms, wait.duration_ms) == (5.0, 5.0)
    assert not [span for span in traces[CLOCKED].spans if span.span_key == "f3/wait"]


def test_a_movement_spans_its_beats_and_fails_with_them(traces: dict[str, SessionTrace]) -> None:
    whole, failed = _span(traces[CLOCKED], "f1/Stroke"), _span(traces[CLOCKED], "f2/Stroke")
    assert (whole.started_ms, whole.ended_ms, whole.facts["beat_count"]) == (12.0, 117.5, 2)
    assert failed.status == "failed"


def test_without_a_clock_flows_lie_end_to_end_as_long_as_the_log_states(traces: dict[str, SessionTrace]) -> None:
    trace = traces[CLOCKLESS]
    assert not trace.has_clock
    first, second = _span(trace, "f4"), _span(trace, "f5")
    assert (first.started_ms, first.drawn_ms) == (0.0, 70.0)
    assert second.started_ms == 70.0
    assert (_span(trace, "b4").started_ms, _span(trace, "b5").started_ms) == (0.0, 40.0)


def test_a_duration_the_log_does_not_state_is_not_invented(traces: dict[str, SessionTrace]) -> None:
    beat = _span(traces[CLOCKLESS], "b5")
    assert beat.duration_ms is None
    assert beat.drawn_ms == NOMINAL_MS


def test_a_mark_without_a_stamp_stands_at_the_last_line_placed_before_it(traces: dict[str, SessionTrace]) -> None:
    error = next(mark for mark in traces[CLOCKED].marks if mark.kind == "error")
    assert error.at_ms == _span(traces[CLOCKED], "b3").started_ms


def test_a_change_of_state_belongs_to_the_handler_and_the_beat_the_warehouse_says(
    traces: dict[str, SessionTrace],
) -> None:
    assert "state_change" not in _span(traces[CLOCKED], "x1").facts
    assert _span(traces[CLOCKED], "x2").facts["state_change"] == "+color ~size -draft"
    assert _span(traces[CLOCKED], "b1").facts["state_change"] == "+color ~size -draft"
    assert "state_change" not in _span(traces[CLOCKED], "b2").facts


def test_the_changes_one_line_states_are_one_mark(traces: dict[str, SessionTrace]) -> None:
    first, second = (mark for mark in traces[CLOCKED].marks if mark.kind == "state")
    assert (first.name, first.at_ms, first.line_number, first.handler_key) == ("+color ~size", 20.0, 17, "x2")
    assert [change.sentence for change in first.changes] == ['+color = {"red":255,"gr\u2026', "~size"]
    assert second.name == "-draft"


def test_published_topics_are_marks_with_their_own_time(traces: dict[str, SessionTrace]) -> None:
    topic = next(mark for mark in traces[CLOCKED].marks if mark.kind == "topic")
    assert (topic.name, topic.at_ms, topic.line_number) == ("paint:asked", 14.0, 14)


def test_one_flow_can_be_cut_out(traces: dict[str, SessionTrace]) -> None:
    cut = traces[CLOCKED].of_flow("f1")
    assert {span.flow_id for span in cut.spans} == {"f1"}
    assert {span.kind for span in cut.spans} == {"flow", "movement", "beat", "handler", "queue_wait"}


def test_the_line_clock_knows_nothing_before_its_first_line() -> None:
    clock = LineClock([(10, 5.0), (20, 9.0)])
    assert [clock.at(line) for line in (1, 10, 19, 20, 99)] == [0.0, 5.0, 5.0, 9.0, 9.0]


def test_a_warehouse_without_a_lake_still_gives_spans(tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        [trace] = load_traces(connection, None, [CLOCKED])
    assert trace.spans
    assert not [mark for mark in trace.marks if mark.kind == "topic"]


def test_mounts_lie_where_their_stamps_say_and_a_silence_between_two_is_no_gap(
    traces: dict[str, SessionTrace],
) -> None:
    mounts = [span for span in traces[CLOCKED].spans if span.kind == "mount"]
    assert [(span.name[:26], span.status, span.started_ms, span.drawn_ms, span.duration_ms) for span in mounts] == [
        ("Brush", "mounted", 0.0, 2.0, 2.0),
        ("mounting plugins: after Br", "between mounts", 2.0, 2.0, 2.0),
        ("Frame", "no success", 4.0, NOMINAL_MS, None),
        ("Canvas", "mounted", 6.0, NOMINAL_MS, None),
        ("Roller", "outcome unknown", 7.0, NOMINAL_MS, None),
    ]
    assert [span.span_key for span in traces[CLOCKED].spans if span.kind == "gap"] == ["g1"]
    assert not [span for span in traces[CLOCKLESS].spans if span.kind == "mount"]


def test_registrations_are_marks_at_their_stamp_or_at_the_line_before(traces: dict[str, SessionTrace]) -> None:
    found = [(mark.name, mark.at_ms, mark.facts) for mark in traces[CLOCKED].marks if mark.kind == "registration"]
    assert found == [("sequence: Paint", 2.0, {"plugin_name": "Brush"}), ("package: brush@1.2.0", 2.0, {})]
    assert not [mark for mark in traces[CLOCKLESS].marks if mark.kind == "registration"]
