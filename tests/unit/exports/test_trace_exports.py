"""Trace exports hold to the public formats' rules, and to what the log says."""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator

from orchestration.analysis.traces.trace_model import SessionTrace
from orchestration.exports.chrome_trace import write_chrome_trace
from orchestration.exports.otlp import write_otlp
from orchestration.exports.speedscope import write_speedscope
from orchestration.flows.traces import load_traces
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, START, write_sample

SCHEMAS = Path(__file__).parent / "schemas"
HOSTILE = ("</script><script>alert(1)</script>", "\ud83d broken", "\u2028line\x00zero", '"quoted\\')
WRITERS = {"chrome_trace": write_chrome_trace, "speedscope": write_speedscope, "otlp": write_otlp}


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SessionTrace]:
    texts = tuple(text.encode("utf-8", "replace").decode() for text in HOSTILE)
    sample = write_sample(tmp_path_factory.mktemp("exports"), texts)
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        return {trace.session_id: trace for trace in load_traces(connection, sample.lake, [CLOCKED, CLOCKLESS])}


@pytest.mark.parametrize("session_id", [CLOCKED, CLOCKLESS])
@pytest.mark.parametrize("name", WRITERS)
def test_every_export_obeys_its_schema(traces: dict[str, SessionTrace], name: str, session_id: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    value = json.loads(WRITERS[name](traces[session_id]))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(value)] == []


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_the_same_trace_gives_the_same_bytes(
    traces: dict[str, SessionTrace], write: Callable[[SessionTrace], bytes]
) -> None:
    assert write(traces[CLOCKED]) == write(traces[CLOCKED])


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_one_flow_can_be_exported(traces: dict[str, SessionTrace], write: Callable[[SessionTrace], bytes]) -> None:
    text = write(traces[CLOCKED].of_flow("f1")).decode()
    assert "Beat 2" in text
    assert "not a function" not in text


def test_slices_of_a_chrome_thread_never_overlap(traces: dict[str, SessionTrace]) -> None:
    threads: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for event in json.loads(write_chrome_trace(traces[CLOCKED]))["traceEvents"]:
        if event["ph"] == "X":
            threads[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for slices in threads.values():
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(slices))


def test_overlapping_handlers_have_chrome_threads_of_their_own(traces: dict[str, SessionTrace]) -> None:
    events = json.loads(write_chrome_trace(traces[CLOCKED]))["traceEvents"]
    drawn = [event for event in events if event["ph"] == "X" and event["name"] == "draw"]
    assert len({event["tid"] for event in drawn}) == 2
    assert sorted(event["dur"] for event in drawn) == [20_000, 80_000]


def test_a_chrome_trace_says_what_changed_the_state_where_and_how(traces: dict[str, SessionTrace]) -> None:
    events = json.loads(write_chrome_trace(traces[CLOCKED]))["traceEvents"]
    change = next(event for event in events if event.get("cat") == "state")
    assert (change["name"], change["ts"], change["args"]["line"]) == ("+color ~size", 20_000, 17)
    assert change["args"]["changes"] == ['+color = {"red":255,"gr\u2026', "~size"]
    assert change["args"]["handler_name"] == "draw"
    said = {event["args"].get("state_change") for event in events if event.get("cat") in ("handler", "beat")}
    assert "+color ~size -draft" in said
    lane = next(event for event in events if event["ph"] == "M" and event["args"] == {"name": "State"})
    assert lane["tid"] == change["tid"]


def test_the_chrome_trace_says_when_times_are_not_from_stamps(traces: dict[str, SessionTrace]) -> None:
    assert json.loads(write_chrome_trace(traces[CLOCKLESS]))["otherData"]["clock"] == "order of the log"


def test_speedscope_frames_open_and_close_in_order(traces: dict[str, SessionTrace]) -> None:
    value = json.loads(write_speedscope(traces[CLOCKED]))
    for profile in value["profiles"]:
        stack: list[int] = []
        time = profile["startValue"]
        for event in profile["events"]:
            assert event["at"] >= time
            time = event["at"]
            if event["type"] == "O":
                stack.append(event["frame"])
            else:
                assert stack.pop() == event["frame"]
        assert not stack
        assert time <= profile["endValue"]


def test_speedscope_counts_the_same_handler_as_one_frame(traces: dict[str, SessionTrace]) -> None:
    frames = json.loads(write_speedscope(traces[CLOCKED]))["shared"]["frames"]
    assert [frame for frame in frames if frame["name"] == "draw"] == [
        {"name": "draw", "file": "src/draw.ts", "line": 7}
    ]


def test_a_flow_that_never_started_has_no_speedscope_profile(traces: dict[str, SessionTrace]) -> None:
    names = [profile["name"] for profile in json.loads(write_speedscope(traces[CLOCKED]))["profiles"]]
    assert not [name for name in names if "never_started" in name]


def test_otlp_spans_nest_below_their_flow_in_one_trace(traces: dict[str, SessionTrace]) -> None:
    spans = _otlp_spans(traces[CLOCKED].of_flow("f1"))
    by_id = {span["spanId"]: span for span in spans}
    kinds = {span["spanId"]: _attribute(span, "sightline.kind") for span in spans}
    edges = {(kinds[span["spanId"]], kinds.get(span.get("parentSpanId", ""))) for span in spans}
    assert len({span["traceId"] for span in spans}) == 1
    assert len(by_id) == len(spans)
    assert edges == {("flow", None), ("movement", "flow"), ("beat", "movement"), ("handler", "beat")}


def test_otlp_handlers_carry_where_their_code_is(traces: dict[str, SessionTrace]) -> None:
    span = next(span for span in _otlp_spans(traces[CLOCKED]) if span["name"] == "draw")
    assert _attribute(span, "code.function.name") == "draw"
    assert _attribute(span, "code.file.path") == "src/draw.ts"
    assert _attribute(span, "code.line.number") == "7"


def test_otlp_times_are_exact_to_the_microsecond(traces: dict[str, SessionTrace]) -> None:
    span = next(span for span in _otlp_spans(traces[CLOCKED]) if span["name"] == "Beat 2")
    origin = int(START.timestamp()) * 1_000_000_000
    assert int(span["startTimeUnixNano"]) == origin + 62_000_000
    assert int(span["endTimeUnixNano"]) == origin + 117_500_000


def test_otlp_gives_an_error_as_an_exception_event_of_its_flow(traces: dict[str, SessionTrace]) -> None:
    flow = next(span for span in _otlp_spans(traces[CLOCKED].of_flow("f2")) if "parentSpanId" not in span)
    error = next(event for event in flow["events"] if event["name"] == "exception")
    assert _attribute(error, "exception.type") == "TypeError"
    assert _attribute(error, "exception.message") == "x is not a function"


def _otlp_spans(trace: SessionTrace) -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = json.loads(write_otlp(trace))["resourceSpans"][0]["scopeSpans"][0]["spans"]
    return spans


def _attribute(holder: dict[str, Any], key: str) -> Any:
    values = [entry["value"] for entry in holder["attributes"] if entry["key"] == key]
    return next(iter(values[0].values())) if values else None
