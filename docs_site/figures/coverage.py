"""Used against tested: every handler as a point, so that the busy untested ones stand out."""

from collections.abc import Sequence

from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure, Trace
from docs_site.html.number_format import format_count, format_pct, plural
from orchestration.warehouse import Row


def coverage_figure(rows: Sequence[Row], page: str) -> Figure | None:
    """Draw executions (log) against line coverage, for the handlers whose lines a coverage report knows."""
    known = [row for row in rows if row["is_used"] and row["line_coverage_pct"] is not None]
    if not known:
        return None
    weak = [row for row in known if row["line_coverage_pct"] < 50]
    used = sum(row["is_used"] for row in rows)
    top = max(weak, key=lambda row: row["execution_count"], default=None)
    title = (
        f"{plural(len(weak), 'handler')} in use with less than half of their lines tested; busiest: "
        f"{top['handler_name']}"
        if top
        else "Every handler in use has at least half of its lines tested"
    )
    return Figure(
        "coverage",
        title,
        f"Each point a handler seen in production; n {len(known)} of {used} used handlers with known line coverage",
        [
            _points([row for row in known if row["line_coverage_pct"] >= 50], "token:series-1", known, "circle"),
            _points(weak, "token:series-2", known, "diamond"),
        ],
        {
            "xaxis": {"title": {"text": "Executions (count, log scale)"}, "type": "log", "dtick": 1},
            "yaxis": {"title": {"text": "Lines covered by tests (%)"}, "range": [-6, 106], "zeroline": False},
        },
        380,
        tuple(links.relative_link(page, links.handler_url(row["handler_id"])) for row in known),
    )


def _points(rows: Sequence[Row], colour: str, known: list[Row], symbol: str) -> Trace:
    places = {id(row): index for index, row in enumerate(known)}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["execution_count"] for row in rows],
        "y": [row["line_coverage_pct"] for row in rows],
        "marker": {"color": colour, "size": 10, "opacity": 0.8, "symbol": symbol, "line": {"width": 0}},
        "customdata": [
            [
                places[id(row)],
                figure_text(row["handler_name"]),
                format_count(row["execution_count"]),
                format_pct(row["line_coverage_pct"]),
            ]
            for row in rows
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]} executions, %{customdata[3]} % of lines covered"
        "<extra></extra>",
    }
