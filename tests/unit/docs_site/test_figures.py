"""Figures are valid plotly, say what they found, and give way to words when there is nothing to draw."""

import re
from typing import Any

import plotly.graph_objects as go
import pytest

from docs_site.figures.beat_latency import beat_latency
from docs_site.figures.coverage import coverage_figure
from docs_site.figures.distribution import distribution_figure, trend_figure
from docs_site.figures.few_executions import few_executions_figure
from docs_site.figures.gaps import gaps_figure
from docs_site.figures.handler_periods import periods_figure
from docs_site.figures.heatmap import EDGES_MS, bucket_names, latency_figure
from docs_site.figures.overview import conformance_figure, sessions_figure, share_figure
from docs_site.figures.sequence_diagram import sequence_diagram
from docs_site.figures.startup import startup_figure
from docs_site.figures.time_shares import time_shares_figure
from docs_site.html.figure import Figure
from docs_site.queries.durations import HandlerTime
from docs_site.queries.handler_periods import HandlerPeriods
from docs_site.queries.time_split import Part, TimeSplit

PAGE = "performance.html"
TIMES = [
    HandlerTime("a", "slow", "p", 100, 5, 900.0, 90.0, 50.0, 1.0, 0, 0.1, "a.ts", 1, 8.0, 40.0, 100.0, "slow"),
    HandlerTime("b", "fast", "p", 10, 5, 100.0, 10.0, 20.0, 1.0, 0, 0.1, "b.ts", 1, None, None, None, "fast"),
]
SHARES = TimeSplit(
    3,
    2,
    4000.0,
    (
        Part("handler", "in handlers", 900.0, 22.5, "series-1"),
        Part("beat_overhead", "in beats around handlers", 100.0, 2.5, "series-2"),
        Part("idle", "idle", 3000.0, 75.0, "muted"),
    ),
)
STARTS = [
    {
        "session_id": "s",
        "session_name": "s",
        "started_at": None,
        "startup_ms": 10_000.0,
        "before_mounts_ms": 1000.0,
        "mounting_ms": 500.0,
        "between_mounts_ms": 8000.0,
        "after_mounts_ms": 500.0,
    },
    {"session_id": "t", "session_name": "t", "started_at": None, "startup_ms": 4000.0}
    | dict.fromkeys(("before_mounts_ms", "mounting_ms", "between_mounts_ms", "after_mounts_ms")),
]
COUNTS = [
    {"handler_id": "a", "bucket": 4, "execution_count": 100},
    {"handler_id": "b", "bucket": 5, "execution_count": 10},
]
BEATS: list[dict[str, Any]] = [
    {
        "beat_id": f"b{number}",
        "movement_number": 1,
        "movement_name": "Main",
        "beat_number": number,
        "beat_title": f"Step {number}",
        "topic": "t",
        "handler_name": "h",
        "execution_count": 10,
        "failed_count": 0,
        "timed_count": 30 if number == 1 else 3,
        "min_ms": 1.0,
        "max_ms": 90.0,
        "p50_ms": 20.0 if number == 1 else None,
        "p95_ms": 80.0 if number == 1 else None,
        "points": [1.0, 5.0, 90.0],
    }
    for number in (1, 2)
]


def _coloured(value: Any, key: str = "") -> Any:
    """Put a colour for every token, as the browser does."""
    if isinstance(value, dict):
        return {name: _coloured(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_coloured(item, key) for item in value]
    if isinstance(value, str) and value.startswith("token:"):
        return "Viridis" if key == "colorscale" else "#123456"
    return value


def _figures() -> list[Figure | None]:
    sessions = [{"session_id": "s", "session_name": "s", "started_at": None, "flow_count": 3, "deviation_count": 1}]
    conformance = [
        {"sequence_id": "q", "sequence_name": "Q", "conformance_pct": 50.0, "flow_count": 4, "conformant_flow_count": 2}
    ]
    coverage = [
        {"handler_id": "a", "handler_name": "slow", "is_used": True, "line_coverage_pct": 0.0, "execution_count": 9}
    ]
    run = {f"{name}_{column}": "s" for name in ("median", "p95", "slowest") for column in ("session_id", "flow_id")}
    run |= {f"{name}_duration_ms": 9.0 for name in ("median", "p95", "slowest")}
    cells = [
        run | {"handler_id": "a", "period": 0, "p50_ms": 8.0, "execution_count": 30, "min_ms": 1.0, "max_ms": 9.0},
        run | {"handler_id": "a", "period": 1, "p50_ms": 24.0, "execution_count": 30, "min_ms": 1.0, "max_ms": 9.0},
        run | {"handler_id": "b", "period": 1, "p50_ms": None, "execution_count": 3, "min_ms": 1.0, "max_ms": 9.0},
    ]
    periods = HandlerPeriods("1 hour", ["10:00", "11:00"], cells)
    handler = {"p50_ms": 8.0, "p95_ms": 40.0, "timed_count": 100, "resolution_ms": 0.1}
    trend = [
        {"session_id": "s", "session_name": "s", "started_at": None, "p50_ms": 3.0 + step, "execution_count": 5}
        for step in range(4)
    ]
    gaps = [{"gap_class": "user_idle", "gap_count": 2, "session_count": 1, "total_ms": 3000.0}]
    points = [{"duration_ms": 3.0, "session_id": "s", "line_number": 4}]
    return [
        share_figure(TIMES, PAGE),
        conformance_figure(conformance, PAGE),
        sessions_figure(sessions, PAGE),
        coverage_figure(coverage, PAGE),
        latency_figure(TIMES, COUNTS, PAGE),
        periods_figure(TIMES, periods, PAGE, frozenset({"s"})),
        distribution_figure(handler, [{"bucket": 9, "execution_count": 100}], [], PAGE),
        distribution_figure(handler, [], points, PAGE),
        trend_figure(trend, PAGE),
        gaps_figure(gaps),
        time_shares_figure(SHARES),
        few_executions_figure(TIMES, [points[0] | {"handler_id": "b"}], PAGE),
        startup_figure(STARTS, PAGE),
    ]


@pytest.mark.parametrize("figure", _figures(), ids=lambda figure: figure.title if figure else "none")
def test_a_figure_is_valid_plotly_with_titled_axes_and_its_n(figure: Figure | None) -> None:
    assert figure is not None
    go.Figure(data=_coloured(figure.traces), layout=_coloured(figure.layout))
    assert (
        re.search(r"\bn \d", figure.subtitle) or "per session" in figure.subtitle or "5 executions" in figure.subtitle
    )
    axes = [axis for name, axis in figure.layout.items() if name.startswith("xaxis")]
    assert all(axis["title"]["text"] for axis in axes)


def test_titles_say_the_finding() -> None:
    titles = [figure.title for figure in _figures() if figure]
    assert titles[0] == "slow takes 90.0 % of handler time"
    assert titles[1] == "1 sequence of 1 did not always run as declared"
    assert titles[4] == "slow takes 90.0 % of handler time; 90.9 % of all executions end within 5 ms"
    assert titles[5] == "slow took 3.0 times its usual median at 11:00"
    assert "too few executions for percentiles" in titles[7]
    assert titles[-1] == "Start-up takes 7.00 s (median); in the median session 80.0% of it passes between mounts"


def test_a_start_without_mounts_is_a_bar_of_its_own() -> None:
    figure = startup_figure(STARTS, PAGE)
    assert figure is not None
    assert {trace["name"]: trace["y"] for trace in figure.traces} == {
        "before the first mount": [1.0, None],
        "in mounts of plugins": [0.5, None],
        "between mounts": [8.0, None],
        "after the last mount": [0.5, None],
        "not divided: no attempt to mount has a stamp": [None, 4.0],
    }


def test_nothing_to_draw_gives_no_figure() -> None:
    assert share_figure([], PAGE) is None
    assert conformance_figure([], PAGE) is None
    undeclared = {"sequence_id": None, "sequence_name": "a", "flow_count": 3, "conformance_pct": 0.0}
    assert conformance_figure([undeclared], PAGE) is None
    assert latency_figure([], [], PAGE) is None
    assert periods_figure(TIMES, None, PAGE, frozenset()) is None
    assert gaps_figure([]) is None
    assert startup_figure([], PAGE) is None
    assert beat_latency([]) is None
    assert sequence_diagram([], []) is None


def test_every_latency_bucket_has_a_name() -> None:
    assert len(bucket_names()) == len(EDGES_MS)
    assert (bucket_names()[0], bucket_names()[1], bucket_names()[-1]) == ("< 0.2", "0.2\u20130.5", "\u2265 10 s")


def test_a_diagram_counts_declared_steps_and_marks_the_others() -> None:
    steps = [
        {"from_node": "begin", "to_node": "b1", "step_count": 10},
        {"from_node": "b1", "to_node": "b2", "step_count": 9},
        {"from_node": "b1", "to_node": "undeclared:odd", "step_count": 1},
    ]
    source = sequence_diagram(BEATS, steps) or ""
    assert 'b0 -->|"9 (90.0 %)"| b1' in source
    assert "b1 -.-> finish" in source
    assert 'x0["not declared<br/>odd"]:::odd' in source
    assert "linkStyle 3 stroke:token_warning" in source


def test_a_diagram_says_the_deviations_of_a_beat_in_words_and_where_flows_broke_off() -> None:
    beats = [beat | {"topic": f"t{number}"} for number, beat in enumerate(BEATS)]
    steps = [
        {"from_node": "begin", "to_node": "b1", "step_count": 3},
        {"from_node": "b1", "to_node": "unended", "step_count": 1},
    ]
    group = {"deviation_class": "missing_beat", "severity": "warning", "topic": "t1", "beat_number": 2}
    source = sequence_diagram(beats, steps, [group | {"deviation_count": 4}]) or ""
    assert re.search(r"missing(:|#58;) 4", source)
    assert 'x0(["flow never ended"]):::failed' in source
    assert source.split("b1[")[1].split("\n")[0].endswith(":::odd")


def test_beats_with_few_executions_show_their_points() -> None:
    drawing = beat_latency(BEATS) or ""
    assert drawing.count("<circle") == 1 + 3
    assert "1. Step 1 is the slowest beat: median 20.0 ms" in drawing


def test_time_that_is_not_idle_is_said_apart_from_all_time() -> None:
    figure = time_shares_figure(SHARES)
    assert figure is not None
    assert figure.title == "90.0 % of the time that is not idle goes into handlers"
    assert "3.00 s (75.0 %) idle" in figure.subtitle
    assert time_shares_figure(TimeSplit(0, 0, 0.0, ())) is None


def test_only_handlers_without_percentiles_are_drawn_as_points() -> None:
    point = {"handler_id": "a", "duration_ms": 3.0, "session_id": "s", "line_number": 4}
    assert few_executions_figure(TIMES, [point], PAGE) is None
    figure = few_executions_figure(TIMES, [point | {"handler_id": "b"}], PAGE)
    assert figure is not None
    assert "the 1 of 1 such handler with most time; n 1 execution" in figure.subtitle
