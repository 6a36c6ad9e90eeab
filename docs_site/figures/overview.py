"""The overview's figures: where time goes, which sequences obey, how sessions went."""

from collections.abc import Sequence
from typing import Any

from docs_site.figures.bars import bar_layout, bar_trace
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_duration, format_pct, format_time, plural
from docs_site.queries.durations import HandlerTime
from orchestration.warehouse import Row

_MOST = 10


def share_figure(times: Sequence[HandlerTime], page: str) -> Figure | None:
    """Draw the handlers that take most time, as shares of all handler time."""
    total = sum(handler.total_ms for handler in times)
    if not total:
        return None
    shown = list(times[:_MOST])[::-1]
    shares = [100 * handler.total_ms / total for handler in shown]
    top = shown[-1]
    covered = format_pct(sum(shares))
    names = [figure_text(handler.label) for handler in shown]
    trace = bar_trace(shares, "token:series-1")
    trace |= {
        "text": [f"{format_pct(share)} %" for share in shares],
        "customdata": [
            [index, names[index], format_duration(handler.total_ms), format_count(handler.timed_count)]
            for index, handler in enumerate(shown)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]} in all, n %{customdata[3]}<extra></extra>",
    }
    return Figure(
        "time-share",
        f"{top.label} takes {format_pct(shares[-1])} % of handler time",
        f"The {len(shown)} handlers with most time, together {covered} % of {format_duration(total)}; "
        f"n {format_count(sum(handler.timed_count for handler in times))} executions",
        [trace],
        bar_layout(names, "Share of all handler time (%)", 1.2 * max(shares)),
        60 + 26 * len(shown),
        tuple(links.relative_link(page, links.handler_url(handler.handler_id)) for handler in shown),
    )


def conformance_figure(rows: Sequence[Row], page: str) -> Figure | None:
    """Draw the sequences that obey their declaration least; what nobody declares has nothing to obey."""
    rows = [row for row in rows if row["sequence_id"]]
    if not rows:
        return None
    below = [row for row in rows if (row["conformance_pct"] or 0) < 100]
    flow_count = sum(row["flow_count"] for row in rows)
    shown = (below or rows)[:_MOST][::-1]
    names = [figure_text(row["sequence_name"]) for row in shown]
    trace = bar_trace([row["conformance_pct"] for row in shown], "token:series-2" if below else "token:series-1")
    trace |= {
        "text": [f"{format_count(row['conformant_flow_count'])} of {format_count(row['flow_count'])}" for row in shown],
        "customdata": [[index, name] for index, name in enumerate(names)],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{x:.1f} % of flows as declared (%{text})<extra></extra>",
    }
    title = (
        f"{plural(len(below), 'sequence')} of {len(rows)} did not always run as declared"
        if below
        else f"All {len(rows)} observed sequences ran as declared every time"
    )
    return Figure(
        "conformance",
        title,
        f"Flows without a deviation, lowest {len(shown)} sequences; n {format_count(flow_count)} flows",
        [trace],
        bar_layout(names, "Flows as declared (%)", 125),
        60 + 26 * len(shown),
        tuple(links.relative_link(page, links.sequence_url(row["sequence_id"])) for row in shown),
    )


def sessions_figure(sessions: Sequence[Row], page: str) -> Figure | None:
    """Draw the flows of each session in order, those with errors or deviations marked."""
    if not sessions:
        return None
    troubled = [bool(row["deviation_count"]) for row in sessions]
    trace: dict[str, Any] = {
        "type": "bar",
        "x": list(range(1, len(sessions) + 1)),
        "y": [row["flow_count"] for row in sessions],
        "marker": {"color": ["token:series-2" if bad else "token:series-1" for bad in troubled]},
        "customdata": [
            [index, figure_text(row["session_name"] or ""), format_time(row["started_at"]), row["deviation_count"] or 0]
            for index, row in enumerate(sessions)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{y} flows, %{customdata[3]} deviations"
        "<extra></extra>",
    }
    count = sum(troubled)
    title = (
        f"{plural(count, 'session')} of {len(sessions)} had a deviation worth a warning"
        if count
        else f"No deviation worth a warning in {plural(len(sessions), 'session')}"
        if any(row["flow_count"] for row in sessions)
        else f"No flow was seen in {plural(len(sessions), 'session')}"
    )
    return Figure(
        "sessions",
        title,
        "Flows per session, oldest first (sessions without a clock at the left); orange: with a deviation",
        [trace],
        {
            "xaxis": {"title": {"text": "Session, in order of time"}, "showgrid": False},
            "yaxis": {"title": {"text": "Flows (count)"}, "rangemode": "tozero"},
            "bargap": 0.15,
        },
        320,
        tuple(links.relative_link(page, links.session_url(row["session_id"])) for row in sessions),
    )
