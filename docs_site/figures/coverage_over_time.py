"""Coverage over time: how many declared handlers had been seen by each session, and what each session showed."""

from collections.abc import Sequence

from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_pct, format_time, plural
from orchestration.warehouse import Row


def coverage_over_time_figure(sessions: Sequence[Row], page: str) -> Figure | None:
    """Draw, by session in order of time, the share of handlers seen so far and the share of beats of the session."""
    if not sessions or not sessions[-1]["declared_handler_count"]:
        return None
    last = sessions[-1]
    declared = last["declared_handler_count"]
    numbers = [row["session_number"] for row in sessions]
    return Figure(
        "coverage-over-time",
        _title(sessions),
        f"By session, oldest first; n {plural(len(sessions), 'session')}, {plural(declared, 'declared handler')}, "
        f"{plural(last['declared_beat_count'], 'declared beat')}",
        [
            {
                "type": "bar",
                "name": "beats the session ran",
                "x": numbers,
                "y": [row["beat_share_pct"] for row in sessions],
                "marker": {"color": "token:series-4"},
                "customdata": [
                    [index, *_hover(row), format_count(row["beat_count"]), format_pct(row["beat_share_pct"])]
                    for index, row in enumerate(sessions)
                ],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]} declared beats, "
                "%{customdata[4]} %<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "handlers seen so far",
                "x": numbers,
                "y": [100 * row["seen_handler_count"] / declared for row in sessions],
                "line": {"color": "token:series-1", "width": 2, "shape": "hv"},
                "marker": {"color": "token:series-1", "size": 5},
                "customdata": [
                    [
                        index,
                        *_hover(row),
                        f"{format_count(row['seen_handler_count'])} of {format_count(declared)}",
                        format_count(row["new_handler_count"]),
                    ]
                    for index, row in enumerate(sessions)
                ],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]} handlers so far, "
                "%{customdata[4]} new<extra></extra>",
            },
        ],
        {
            "xaxis": {"title": {"text": "Session, in order of time"}, "showgrid": False},
            "yaxis": {"title": {"text": "Share of what is declared (%)"}, "range": [0, 104]},
            "bargap": 0.2,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "margin": {"l": 8, "r": 8, "t": 34, "b": 40},
        },
        320,
        tuple(links.relative_link(page, links.session_url(row["session_id"])) for row in sessions),
    )


def _hover(row: Row) -> list[str]:
    return [figure_text(row["session_name"] or ""), format_time(row["started_at"])]


def _title(sessions: Sequence[Row]) -> str:
    last = sessions[-1]
    seen, declared = last["seen_handler_count"], last["declared_handler_count"]
    news = [row["session_number"] for row in sessions if row["new_handler_count"]]
    if not news:
        return f"None of {plural(declared, 'declared handler')} was seen"
    quiet = len(sessions) - news[-1]
    if seen >= declared:
        return f"All {plural(declared, 'declared handler')} were seen; the last new one in session {news[-1]}"
    ending = "the last session still showed a new one"
    if quiet:
        last_ones = "session" if quiet == 1 else f"{format_count(quiet)} sessions"
        ending = f"the last {last_ones} showed none of the others"
    return f"{format_count(seen)} of {plural(declared, 'declared handler')} seen; {ending}"
