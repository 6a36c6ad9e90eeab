"""Anomalies by session and detector, in the order of time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_time, plural
from docs_site.parts.anomaly_words import TITLES, detector_words
from orchestration.warehouse import Row

_RANKS = ("info", "warning", "critical")
_SYMBOLS = {"info": "circle-open", "warning": "circle", "critical": "diamond"}
_COLOURS = {"info": "token:info", "warning": "token:warning", "critical": "token:critical"}


def sessions_figure(anomalies: Sequence[Row], sessions: Sequence[Row], page: str) -> Figure | None:
    """Draw a mark per session and detector that found something in it, by its worst severity."""
    if not anomalies or len(sessions) < 2:
        return None
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in anomalies:
        found[row["session_id"], row["detector"]].append(row)
    shown = [name for name in TITLES if any(detector == name for _, detector in found)][::-1]
    heights = {name: height for height, name in enumerate(shown)}
    places = {session["session_id"]: place for place, session in enumerate(sessions)}
    warned = {row["session_id"] for row in anomalies if row["severity"] != "info"}
    traces = [_trace(severity, found, heights, places, sessions) for severity in _RANKS]
    return Figure(
        "anomaly-sessions",
        f"{format_count(len(warned))} of {plural(len(sessions), 'session')} with a warning",
        f"What each detector found by session, oldest first; n {plural(len(anomalies), 'anomaly', 'anomalies')}. "
        "Filled: warning or critical; ring: note. A mark leads to its session",
        [trace for trace in traces if trace["x"]],
        {
            "xaxis": {
                "title": {"text": "Sessions, oldest first"}, "range": [-1, len(sessions)], "showgrid": False,
                "zeroline": False, "nticks": 8,
            },
            "yaxis": name_axis([detector_words(name) for name in shown]) | {"showgrid": True},
            "showlegend": False,
        },
        110 + 26 * len(shown),
        tuple(links.relative_link(page, links.session_url(session["session_id"])) for session in sessions),
    )  # fmt: skip


def _trace(
    severity: str,
    found: dict[tuple[str, str], list[Row]],
    heights: dict[str, int],
    places: dict[str, int],
    sessions: Sequence[Row],
) -> dict[str, Any]:
    marks = [
        (places[session], heights[detector], rows)
        for (session, detector), rows in found.items()
        if max((row["severity"] for row in rows), key=_RANKS.index) == severity and detector in heights
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place for place, _, _ in marks],
        "y": [height for _, height, _ in marks],
        "marker": {"color": _COLOURS[severity], "symbol": _SYMBOLS[severity], "size": 9, "line": {"width": 1.5}},
        "customdata": [[place, *_words(sessions[place], rows)] for place, _, rows in marks],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]}<extra></extra>",
    }


def _words(session: Row, rows: Sequence[Row]) -> tuple[str, str, str]:
    counts = Counter(row["severity"] for row in rows)
    said = ", ".join(f"{format_count(counts[severity])} {severity}" for severity in _RANKS[::-1] if counts[severity])
    moment = format_time(session["started_at"]) if session["started_at"] else "no clock"
    return figure_text(session["session_name"] or ""), moment, said
