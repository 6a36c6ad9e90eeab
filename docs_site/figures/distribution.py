"""How a handler's durations are spread, and how its median went from session to session."""

import math
from collections.abc import Sequence
from typing import Any

from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_number, format_time, plural
from docs_site.queries.handler_facts import BUCKETS_PER_DECADE
from orchestration.warehouse import Row

# A session's median of fewer executions says more of chance than of the session.
_TREND_LEAST = 3


def distribution_figure(handler: Row, histogram: Sequence[Row], points: Sequence[Row], page: str) -> Figure | None:
    """Draw a histogram on a log scale, or from few executions the points themselves."""
    if points:
        return _point_figure(points, page)
    if not histogram:
        return None
    first, last = histogram[0]["bucket"], histogram[-1]["bucket"]
    counts = {row["bucket"]: row["execution_count"] for row in histogram}
    buckets = list(range(first, last + 1))
    ratio = (handler["p95_ms"] or 0) / (handler["p50_ms"] or 1)
    words = "; one in twenty takes more than twice as long" if ratio >= 2 else ""
    return Figure(
        "distribution",
        f"Half of the executions end within {format_number(handler['p50_ms'])} ms{words}",
        f"Executions by duration, log scale; lines at p50 and p95; n {format_count(handler['timed_count'])}; "
        f"clock resolution {format_number(handler['resolution_ms'])} ms",
        [_histogram(buckets, counts)],
        {
            "xaxis": {"title": {"text": "Duration (ms, log scale)"}, "showgrid": False, **_ticks(first, last)},
            "yaxis": {"title": {"text": "Executions (count)"}, "rangemode": "tozero"},
            "bargap": 0.06,
            "shapes": [_mark(handler["p50_ms"]), _mark(handler["p95_ms"])],
            "annotations": [_mark_name(handler["p50_ms"], "p50"), _mark_name(handler["p95_ms"], "p95")],
            "margin": {"l": 8, "r": 8, "t": 22, "b": 40},
        },
        300,
    )


def trend_figure(trend: Sequence[Row], page: str) -> Figure | None:
    """Draw the median of each session in order of time; needs at least three sessions."""
    shown = [row for row in trend if row["execution_count"] >= _TREND_LEAST and row["p50_ms"]]
    if len(shown) < 3:
        return None
    medians = [row["p50_ms"] for row in shown]
    return Figure(
        "trend",
        f"Session medians range from {format_number(min(medians))} to {format_number(max(medians))} ms",
        f"Median duration by session, oldest first; n {plural(len(shown), 'session')} with at least {_TREND_LEAST} "
        "executions",
        [
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(range(1, len(shown) + 1)),
                "y": medians,
                "marker": {"color": "token:series-1", "size": 8, "opacity": 0.8},
                "customdata": [
                    [
                        index,
                        figure_text(row["session_name"] or ""),
                        format_time(row["started_at"]),
                        format_number(row["p50_ms"]),
                        format_count(row["execution_count"]),
                    ]
                    for index, row in enumerate(shown)
                ],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>median %{customdata[3]} ms, "
                "n %{customdata[4]}<extra></extra>",
            }
        ],
        {
            "xaxis": {"title": {"text": "Session, in order of time"}, "showgrid": False},
            "yaxis": {"title": {"text": "Median duration (ms)"}, "rangemode": "tozero"},
        },
        300,
        tuple(links.relative_link(page, links.session_url(row["session_id"])) for row in shown),
    )


def _point_figure(points: Sequence[Row], page: str) -> Figure:
    values = [row["duration_ms"] for row in points]
    return Figure(
        "distribution",
        f"Between {format_number(min(values))} and {format_number(max(values))} ms; too few executions for percentiles",
        f"Each point one execution; n {len(points)}; a click opens its log line",
        [
            {
                "type": "scatter",
                "mode": "markers",
                "x": values,
                "y": [1 + (index % 5) * 0.12 for index in range(len(points))],
                "marker": {"color": "token:series-1", "size": 11, "opacity": 0.65},
                "customdata": [[index] for index in range(len(points))],
                "hovertemplate": "%{x:.2f} ms<extra></extra>",
            }
        ],
        {
            "xaxis": {"title": {"text": "Duration (ms)"}, "rangemode": "tozero"},
            "yaxis": {"visible": False, "range": [0.7, 1.8], "fixedrange": True},
        },
        180,
        tuple(links.relative_link(page, links.lines_url(row["session_id"], row["line_number"])) for row in points),
    )


def _histogram(buckets: list[int], counts: dict[int, int]) -> dict[str, Any]:
    edges = [(10 ** (bucket / BUCKETS_PER_DECADE), 10 ** ((bucket + 1) / BUCKETS_PER_DECADE)) for bucket in buckets]
    return {
        "type": "bar",
        "x": [bucket + 0.5 for bucket in buckets],
        "y": [counts.get(bucket, 0) for bucket in buckets],
        "marker": {"color": "token:series-1"},
        "customdata": [[-1, format_number(low), format_number(high)] for low, high in edges],
        "hovertemplate": "%{customdata[1]} to %{customdata[2]} ms: %{y} executions<extra></extra>",
    }


def _place(value: float | None) -> float:
    return math.log10(max(value or 0.05, 0.05)) * BUCKETS_PER_DECADE


def _ticks(first: int, last: int) -> dict[str, Any]:
    places = [step for step in range(-2 * BUCKETS_PER_DECADE, 7 * BUCKETS_PER_DECADE) if first - 1 <= step <= last + 2]
    decades = [step for step in places if step % BUCKETS_PER_DECADE == 0]
    # Within one decade the decades alone would leave an axis without a number.
    chosen = decades if len(decades) >= 2 else places[:: max(1, len(places) // 5)]
    return {
        "tickvals": chosen,
        "ticktext": [format_number(10 ** (step / BUCKETS_PER_DECADE)) for step in chosen],
        "range": [first - 0.5, last + 1.5],
        "zeroline": False,
    }


def _mark(value: float | None) -> dict[str, Any]:
    place = _place(value)
    return {
        "type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": "token:series-2", "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def _mark_name(value: float | None, name: str) -> dict[str, Any]:
    return {
        "x": _place(value), "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "text": f"{name} {format_number(value)}", "font": {"color": "token:muted", "size": 11},
    }  # fmt: skip
