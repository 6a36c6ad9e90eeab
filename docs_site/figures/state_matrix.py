"""The matrix of handlers and keys: who writes what, who reads it, as far as logs and code tell."""

from collections.abc import Sequence
from typing import Any

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, plural
from orchestration.warehouse import Row

# More rows or columns than these cannot be read in one figure; the table below holds all.
_MOST_HANDLERS = 45
_MOST_KEYS = 40
_PARTS = (
    ("added", "added_count", "circle", "token:series-1"),
    ("updated", "updated_count", "diamond", "token:series-2"),
    ("removed", "removed_count", "x", "token:series-5"),
)


def state_matrix_figure(pairs: Sequence[Row], keys: Sequence[Row], page: str) -> Figure | None:
    """Draw handlers by keys: filled marks are changes in the logs, rings are reads in the code."""
    shown_keys = [row["state_key"] for row in keys if row["mutation_count"]][:_MOST_KEYS]
    column = {key: index for index, key in enumerate(shown_keys)}
    inside = [row for row in pairs if row["state_key"] in column]
    totals: dict[str, int] = {}
    for row in inside:
        totals[row["handler_id"]] = totals.get(row["handler_id"], 0) + row["mutation_count"]
    handlers = sorted((key for key, total in totals.items() if total), key=lambda key: (-totals[key], key))
    handlers = handlers[:_MOST_HANDLERS][::-1]
    if not handlers:
        return None
    line = {handler: index for index, handler in enumerate(handlers)}
    inside = [row for row in inside if row["handler_id"] in line]
    names = {row["handler_id"]: figure_text(row["handler_name"]) for row in inside}
    addresses = tuple(links.relative_link(page, links.handler_url(handler)) for handler in handlers)
    shared = sum(row["writer_count"] > 1 for row in keys if row["mutation_count"])
    changed = sum(row["mutation_count"] > 0 for row in keys)
    return Figure(
        "state-matrix",
        f"{format_count(shared)} of {plural(changed, 'key')} have more than one writer",
        f"Handlers by keys they change: the {len(handlers)} handlers and {len(shown_keys)} keys with most changes, "
        f"n {format_count(sum(row['mutation_count'] for row in inside))} changes; rings are reads found in the code",
        [*(_changes(inside, part, column, line, names) for part in _PARTS), _reads(inside, column, line, names)],
        {
            "xaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(shown_keys))),
                "ticktext": [figure_text(key) for key in shown_keys],
                "tickangle": -60,
                "range": [-0.6, len(shown_keys) - 0.4],
            },
            "yaxis": name_axis([names[handler] for handler in handlers]),
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        },
        220 + 18 * len(handlers),
        addresses,
    )


def _changes(
    pairs: Sequence[Row], part: tuple[str, str, str, str], column: dict[str, int], line: dict[str, int], names: Row
) -> dict[str, Any]:
    word, count, symbol, color = part
    rows = [row for row in pairs if row[count]]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": word,
        "x": [column[row["state_key"]] for row in rows],
        "y": [line[row["handler_id"]] for row in rows],
        "marker": {"symbol": symbol, "size": 9, "color": color},
        "customdata": [
            [
                line[row["handler_id"]],
                names[row["handler_id"]],
                figure_text(row["state_key"]),
                format_count(row[count]),
                format_count(row["execution_count"]),
            ]
            for row in rows
        ],
        "hovertemplate": f"<b>%{{customdata[1]}}</b><br>{word} %{{customdata[2]}} %{{customdata[3]}} times, "
        "n %{customdata[4]} executions<extra></extra>",
    }


def _reads(pairs: Sequence[Row], column: dict[str, int], line: dict[str, int], names: Row) -> dict[str, Any]:
    rows = [row for row in pairs if row["is_read_in_code"]]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "read (code)",
        "x": [column[row["state_key"]] for row in rows],
        "y": [line[row["handler_id"]] for row in rows],
        "marker": {"symbol": "circle-open", "size": 14, "color": "token:muted"},
        "customdata": [
            [line[row["handler_id"]], names[row["handler_id"]], figure_text(row["state_key"])] for row in rows
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>its code reads %{customdata[2]}<extra></extra>",
    }
