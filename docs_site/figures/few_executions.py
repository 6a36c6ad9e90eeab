"""Handlers with too few executions for a percentile: every execution a point."""

from collections.abc import Sequence

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_number, plural
from docs_site.queries.durations import ENOUGH, HandlerTime
from orchestration.warehouse import Row

_MOST = 25
# A logarithmic axis has no place for 0; the finest clock among the known dialects has a step of 0.001 ms.
_LEAST_MS = 0.001


def few_executions_figure(times: Sequence[HandlerTime], executions: Sequence[Row], page: str) -> Figure | None:
    """Draw the rare handlers with most time, one row each; a click opens the execution's line."""
    rare = [handler for handler in times if handler.p50_ms is None]
    shown = rare[:_MOST][::-1]
    places = {handler.handler_id: place for place, handler in enumerate(shown)}
    points = [row for row in executions if row["handler_id"] in places]
    if not points:
        return None
    names = [figure_text(handler.label) for handler in shown]
    longest = max(points, key=lambda row: row["duration_ms"])
    return Figure(
        "few-executions",
        f"The longest of the rare executions took {format_number(longest['duration_ms'])} ms: "
        f"{names[places[longest['handler_id']]]}",
        f"Each point one execution of a handler with fewer than {ENOUGH}, log scale; the {len(shown)} of "
        f"{plural(len(rare), 'such handler')} with most time; n {plural(len(points), 'execution')}",
        [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [max(row["duration_ms"], _LEAST_MS) for row in points],
                "y": [places[row["handler_id"]] for row in points],
                "marker": {"color": "token:series-1", "size": 9, "opacity": 0.6},
                "customdata": [
                    [index, names[places[row["handler_id"]]], format_number(row["duration_ms"])]
                    for index, row in enumerate(points)
                ],
                "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]} ms<extra></extra>",
            }
        ],
        {
            "xaxis": {"title": {"text": "Duration (ms, log scale)"}, "type": "log"},
            "yaxis": name_axis(names),
        },
        90 + 24 * len(shown),
        tuple(links.relative_link(page, links.lines_url(row["session_id"], row["line_number"])) for row in points),
    )
