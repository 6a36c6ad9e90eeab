"""A change in two drawings: the durations before and after it, and the sessions one by one."""

from collections.abc import Sequence
from typing import Any

from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_number, format_time, plural
from orchestration.warehouse import Row

_BUCKETS_PER_DECADE = 8
_COLOURS = {"before": "token:series-1", "after": "token:series-2"}


def spread_figure(change: Row, buckets: Sequence[Row]) -> Figure | None:
    """Draw the share of executions by duration on both sides; nothing without executions."""
    if not buckets:
        return None
    places = [row["bucket"] for row in buckets]
    shown = list(range(min(places), max(places) + 1))
    return Figure(
        f"spread-{change['regression_id']}",
        f"{change['unit_name']}: {format_number(change['before_p50_ms'])} ms before, "
        f"{format_number(change['after_p50_ms'])} ms after (medians)",
        f"Share of executions by duration, log scale; n {format_count(change['before_execution_count'])} before and "
        f"{format_count(change['after_execution_count'])} after",
        [_bars(side, shown, [row for row in buckets if row["side"] == side]) for side in ("before", "after")],
        {
            "xaxis": {"title": {"text": "Duration (ms, log scale)"}, "showgrid": False, **_ticks(shown)},
            "yaxis": {"title": {"text": "Executions (%)"}, "rangemode": "tozero"},
            "barmode": "group",
            "bargap": 0.1,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.12},
        },
        300,
    )


def sessions_figure(change: Row, sessions: Sequence[Row], page: str) -> Figure | None:
    """Draw the median of each session in order of time; nothing with fewer than two sessions."""
    if len(sessions) < 2:
        return None
    return Figure(
        f"sessions-{change['regression_id']}",
        f"{change['unit_name']}, session by session",
        f"Median duration in each session, oldest first, log scale; n {plural(len(sessions), 'session')}",
        [_points(side, sessions) for side in ("before", "after")],
        {
            "xaxis": {"title": {"text": "Session, in order of time"}, "showgrid": False},
            "yaxis": {"title": {"text": "Median duration (ms, log scale)"}, "type": "log"},
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.12},
        },
        300,
        tuple(links.relative_link(page, links.session_url(row["session_id"])) for row in sessions),
    )


def _bars(side: str, shown: Sequence[int], rows: Sequence[Row]) -> dict[str, Any]:
    counts = {row["bucket"]: row["execution_count"] for row in rows}
    total = max(1, sum(counts.values()))
    return {
        "type": "bar",
        "name": side,
        "x": list(shown),
        "y": [round(100 * counts.get(bucket, 0) / total, 3) for bucket in shown],
        "marker": {"color": _COLOURS[side]},
        "customdata": [[-1, _edge(bucket), _edge(bucket + 1), counts.get(bucket, 0)] for bucket in shown],
        "hovertemplate": f"{side}: %{{customdata[1]}} to %{{customdata[2]}} ms, %{{customdata[3]}} executions"
        "<extra></extra>",
    }


def _points(side: str, sessions: Sequence[Row]) -> dict[str, Any]:
    shown = [(index, row) for index, row in enumerate(sessions) if row["side"] == side]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": side,
        "x": [index + 1 for index, _ in shown],
        # A logarithm needs something above zero: a hundredth of a millisecond is below what clocks tell.
        "y": [max(row["p50_ms"], 0.01) for _, row in shown],
        "marker": {"color": _COLOURS[side], "size": 9, "symbol": "circle" if side == "before" else "diamond"},
        "customdata": [
            [
                index,
                figure_text(row["session_name"] or ""),
                format_time(row["started_at"]),
                format_number(row["p50_ms"]),
                format_count(row["execution_count"]),
                figure_text(row["build"] or "not named"),
            ]
            for index, row in shown
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>build %{customdata[5]}<br>"
        "median %{customdata[3]} ms, n %{customdata[4]}<extra></extra>",
    }


def _edge(bucket: int) -> str:
    return format_number(10 ** (bucket / _BUCKETS_PER_DECADE))


def _ticks(shown: Sequence[int]) -> dict[str, Any]:
    step = max(1, len(shown) // 6)
    chosen = list(shown)[::step]
    return {"tickvals": chosen, "ticktext": [_edge(bucket) for bucket in chosen], "zeroline": False}
