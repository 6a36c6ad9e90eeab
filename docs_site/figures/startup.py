"""Start-up over time: how long each session took to start, in which parts."""

from collections.abc import Sequence
from statistics import median

from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_duration, format_pct, format_time, plural
from orchestration.warehouse import Row

# A bar must stay wide enough to be hit.
MOST_SESSIONS = 200
_SECONDS_FROM_MS = 2000
_OUTSIDE = ("startup_ms", "not divided: no attempt to mount has a stamp", "token:series-4")
PARTS = (
    ("before_mounts_ms", "before the first mount", "token:series-4"),
    ("mounting_ms", "in mounts of plugins", "token:series-1"),
    ("between_mounts_ms", "between mounts", "token:series-2"),
    ("after_mounts_ms", "after the last mount", "token:series-3"),
)


def startup_figure(sessions: Sequence[Row], page: str) -> Figure | None:
    """Draw the parts of each start as stacked bars; rows are starts of known length, oldest first."""
    if not sessions:
        return None
    shown = sessions[-MOST_SESSIONS:]
    whole = [row for row in shown if row["before_mounts_ms"] is None]
    parts = [*(PARTS if len(whole) < len(shown) else ()), *([_OUTSIDE] if whole else ())]
    unit, scale = ("ms", 1) if max(row["startup_ms"] for row in shown) < _SECONDS_FROM_MS else ("s", 1000)
    cut = "" if len(shown) == len(sessions) else f"the newest {len(shown)} of {len(sessions)}; "
    return Figure(
        "startup",
        _title(sessions),
        f"By session, oldest first; {cut}n {plural(len(sessions), 'session')} with a start of known length",
        [
            {
                "type": "bar",
                "name": words,
                "x": list(range(1, len(shown) + 1)),
                "y": [_size(row, column, scale) for row in shown],
                "marker": {"color": colour},
                "customdata": [[index, *_hover(row)] for index, row in enumerate(shown)],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>"
                + words
                + f": %{{y:.3~f}} {unit} of "
                + "%{customdata[3]}<extra></extra>",
            }
            for column, words, colour in parts
        ],
        {
            "barmode": "stack",
            "xaxis": {"title": {"text": "Session, in order of time"}, "showgrid": False},
            "yaxis": {"title": {"text": f"Start-up ({unit})"}, "rangemode": "tozero"},
            "bargap": 0.15,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "margin": {"l": 8, "r": 8, "t": 34, "b": 40},
        },
        320,
        tuple(links.relative_link(page, links.session_url(row["session_id"])) for row in shown),
    )


def _size(row: Row, column: str, scale: int) -> float | None:
    has_parts = row["before_mounts_ms"] is not None
    if (column == "startup_ms") == has_parts or row[column] is None:
        return None
    return float(row[column]) / scale


def _hover(row: Row) -> list[str]:
    return [figure_text(row["session_name"] or ""), format_time(row["started_at"]), format_duration(row["startup_ms"])]


def _title(sessions: Sequence[Row]) -> str:
    """Say how long a start takes and its largest part, both of the median session: sums would tell of the longest."""
    usual = f"Start-up takes {format_duration(median(row['startup_ms'] for row in sessions))} (median)"
    divided = [row for row in sessions if row["before_mounts_ms"] is not None and row["startup_ms"]]
    if not divided:
        return usual
    shares = {words: median(100 * row[column] / row["startup_ms"] for row in divided) for column, words, _ in PARTS}
    words = max(shares, key=lambda name: shares[name])
    if not shares[words]:
        return usual
    return f"{usual}; in the median session {format_pct(shares[words])}% of it passes {words}"
