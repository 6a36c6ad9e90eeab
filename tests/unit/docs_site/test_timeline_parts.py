"""A long session's timeline comes in parts that hold everything once, under an overview that counts all of it."""

from pathlib import Path

import pytest

from docs_site.engine.memory import NOTHING_REMEMBERED, Memory
from docs_site.html.page import DataFile, KeptFile
from docs_site.pages.timeline_parts import Part, cut_trace, session_files
from orchestration.analysis.traces.trace_model import Mark, SessionTrace, Span
from tests.benchmarks.timeline_frames import build_large_trace
from tests.unit.docs_site.test_timeline_pages import read_side_script

# No multiple of a flow's items: borders cut through flows.
MOST = 270


@pytest.fixture(scope="module")
def trace() -> SessionTrace:
    return build_large_trace(60)


@pytest.fixture(scope="module")
def parts(trace: SessionTrace) -> list[Part]:
    return list(cut_trace(trace, MOST))


def _payloads(trace: SessionTrace) -> list[dict[str, object]]:
    files = session_files(trace, NOTHING_REMEMBERED, MOST)
    return [dict(read_side_script(file.content)[1]) for file in files if isinstance(file, DataFile)]


def test_everything_begins_in_one_part_and_parts_are_in_order(trace: SessionTrace, parts: list[Part]) -> None:
    own = [item for part in parts for item in part.own]
    assert len(parts) > 3
    assert len(own) == len(trace.spans) + len(trace.marks)
    assert {id(item) for item in own} == {id(item) for item in (*trace.spans, *trace.marks)}
    assert [part.from_ms for part in parts] == sorted({part.from_ms for part in parts})


def test_a_part_has_the_flow_of_whatever_begins_in_it(parts: list[Part]) -> None:
    assert any(len(part.trace.spans) + len(part.trace.marks) > len(part.own) for part in parts)
    for part in parts:
        keys = {span.span_key for span in part.trace.spans}
        assert {item.flow_id for item in part.own} <= keys
        assert {item.beat_key for item in part.own if isinstance(item, Mark) and item.beat_key} <= keys


def test_a_span_that_reaches_into_a_part_is_drawn_there_too() -> None:
    long = Span("flow", "long", "Long", 0.0, 1000.0, 1000.0, "completed", 1, None, "long")
    short = [Span("handler", f"h{n}", "draw", n * 10.0, 1.0, 1.0, "ok", n + 2) for n in range(100)]
    parts = list(cut_trace(SessionTrace("s", "s", "s.log", 0.0, (long, *short), ()), 25))
    assert all(long in part.trace.spans for part in parts)
    assert sum(long in part.own for part in parts) == 1


def test_what_begins_at_one_moment_stays_together() -> None:
    marks = tuple(Mark("topic", "t", float(number // 40), number) for number in range(200))
    parts = list(cut_trace(SessionTrace("s", "s", "s.log", 0.0, (), marks), 50))
    assert [len(part.own) % 40 for part in parts] == [0] * len(parts)
    assert sum(len(part.own) for part in parts) == 200


def test_the_overview_counts_all_and_says_where_each_flow_is(trace: SessionTrace, parts: list[Part]) -> None:
    overview, *rest = _payloads(trace)
    lanes = {lane["kind"]: lane for lane in overview["lanes"]}  # type: ignore[attr-defined]
    kinds = {kind: sum(span.kind == kind for span in trace.spans) for kind in ("flow", "beat", "handler")}
    assert {kind: sum(lanes[kind]["count"]) for kind in kinds} == kinds
    assert sum(lanes["topic"]["count"]) == sum(mark.kind == "topic" for mark in trace.marks)
    about = overview["parts"]
    assert len(about) == len(rest) == len(parts)  # type: ignore[arg-type]
    flows = [flow for part in about for flow in part["flows"]]  # type: ignore[attr-defined]
    assert sorted(flows) == sorted(span.span_key for span in trace.spans if span.kind == "flow")


def test_a_failure_is_told_by_its_group(trace: SessionTrace) -> None:
    overview = _payloads(trace)[0]
    [beats] = [lane for lane in overview["lanes"] if lane["kind"] == "beat"]  # type: ignore[attr-defined]
    strings = overview["strings"]
    statuses = [strings[number] for number in beats["status"]]  # type: ignore[index]
    failed = sum(span.kind == "beat" and span.status == "failed" for span in trace.spans)
    assert statuses.count("failed") == failed > 0


def test_a_short_session_is_one_file_as_before(trace: SessionTrace) -> None:
    [file] = session_files(trace, NOTHING_REMEMBERED)
    assert isinstance(file, DataFile)
    assert "parts" not in read_side_script(file.content)[1]


def test_parts_are_written_at_once_where_there_is_a_memory(trace: SessionTrace, tmp_path: Path) -> None:
    files = list(session_files(trace, Memory(tmp_path / "memory"), MOST))
    assert len(files) > 3
    assert all(isinstance(file, KeptFile) for file in files)
    assert files[0].path == "timeline/data/large.js"
