"""The heatmap of handlers by time: each cell a median against the handler's own over the window.

The scale is logarithmic and has two hues: twice as long and half as long are as far from usual. A cell of too few
executions for a median is a point: it says its n and its range, and claims nothing.
"""

from collections.abc import Mapping, Sequence
from math import log2
from statistics import median
from typing import Any

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure, Links
from docs_site.html.number_format import format_count, format_duration
from docs_site.queries.durations import ENOUGH, HandlerTime
from docs_site.queries.handler_periods import HandlerPeriods
from orchestration.warehouse import Row

MOST_ROWS = 25
_MOST_LABELS = 14
# Below, a doubling is no more than a step of many clocks.
_NOTABLE_MS = 2.0
_NOTABLE_RATIO = 2.0
# When handlers together are this much slower it is hardly one of them; of fewer than three nothing can be said.
_TOGETHER_RATIO = 1.5
_FEWEST_TOGETHER = 3
_SCALE = ((-2, "a quarter"), (-1, "half"), (0, "as usual"), (1, "twice"), (2, "four times"))
_EXEMPLARS = (("median", "median"), ("95th percentile", "p95"), ("slowest", "slowest"))


def periods_figure(
    times: Sequence[HandlerTime], periods: HandlerPeriods | None, page: str, session_ids: frozenset[str]
) -> Figure | None:
    """Draw handlers by period; None when all executions fall into one."""
    if periods is None or len({cell["period"] for cell in periods.cells}) < 2:
        return None
    present = {cell["handler_id"] for cell in periods.cells}
    shown = [handler for handler in times if handler.handler_id in present][:MOST_ROWS][::-1]
    places = {handler.handler_id: place for place, handler in enumerate(shown)}
    cells = [cell for cell in periods.cells if cell["handler_id"] in places]
    if not cells:
        return None
    told = [cell for cell in cells if _ratio(cell, shown[places[cell["handler_id"]]])]
    few = [cell for cell in cells if cell["execution_count"] < ENOUGH]
    return Figure(
        "time",
        _finding(told, shown, places, periods.labels),
        f"Median of each {periods.unit} against the handler's own over the window; "
        f"n {format_count(sum(cell['execution_count'] for cell in cells))} executions of {len(shown)} handlers. "
        f"Points: fewer than {ENOUGH} executions, no median. A click shows executions to open",
        [
            _heat(told, shown, places, periods.labels, offset=0),
            _points(few, shown, places, periods.labels, offset=len(told)),
            _volume(cells, periods.labels),
        ],
        _layout([figure_text(handler.label) for handler in shown], periods),
        170 + 19 * len(shown),
        tuple(
            _exemplars(cell, shown[places[cell["handler_id"]]], periods, page, session_ids) for cell in [*told, *few]
        ),
    )


def _ratio(cell: Row, handler: HandlerTime) -> float | None:
    if not cell["p50_ms"] or not handler.p50_ms or cell["execution_count"] < ENOUGH:
        return None
    return float(cell["p50_ms"] / handler.p50_ms)


def _finding(told: Sequence[Row], shown: list[HandlerTime], places: Mapping[str, int], labels: list[str]) -> str:
    ratios = [(cell, shown[places[cell["handler_id"]]]) for cell in told]
    slow = [
        (_ratio(cell, handler) or 0, cell["period"], handler)
        for cell, handler in ratios
        if (handler.p50_ms or 0) >= _NOTABLE_MS
    ]
    if not told:
        return f"No handler has {ENOUGH} executions in any one period"
    worst = max(slow, key=lambda found: found[0], default=None)
    if worst is None or worst[0] < _NOTABLE_RATIO:
        return "No handler ever took twice its usual median"
    ratio, period, handler = worst
    others = [_ratio(cell, other) or 0 for cell, other in ratios if cell["period"] == period and other is not handler]
    words = f"{handler.label} took {ratio:.1f} times its usual median at {labels[period]}"
    if len(others) >= _FEWEST_TOGETHER and median(others) >= _TOGETHER_RATIO:
        words += f"; the others together {median(others):.1f} times theirs, which points to the machine"
    return words


def _heat(
    cells: Sequence[Row], shown: list[HandlerTime], places: Mapping[str, int], labels: list[str], offset: int
) -> dict[str, Any]:
    width, height = len(labels), len(shown)
    z: list[list[float | None]] = [[None] * width for _ in range(height)]
    custom: list[list[list[Any]]] = [[[] for _ in range(width)] for _ in range(height)]
    for number, cell in enumerate(cells, start=offset):
        place = places[cell["handler_id"]]
        ratio = _ratio(cell, shown[place]) or 1.0
        z[place][cell["period"]] = max(-2.0, min(2.0, log2(ratio)))
        custom[place][cell["period"]] = [
            number,
            figure_text(shown[place].label),
            labels[cell["period"]],
            format_duration(cell["p50_ms"]),
            f"{ratio:.2f}",
            format_count(cell["execution_count"]),
        ]
    return {
        "type": "heatmap",
        "x": list(range(width)),
        "y": list(range(height)),
        "z": z,
        "customdata": custom,
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}: median %{customdata[3]}, "
        "%{customdata[4]} times its usual, n %{customdata[5]}<extra></extra>",
        "colorscale": "token:diverging",
        "zmin": -2,
        "zmax": 2,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": {
            "title": {"text": "median against usual", "side": "right"},
            "tickvals": [value for value, _ in _SCALE],
            "ticktext": [words for _, words in _SCALE],
            "thickness": 8,
            "len": 0.6,
            "outlinewidth": 0,
        },
    }


def _points(
    cells: Sequence[Row], shown: list[HandlerTime], places: Mapping[str, int], labels: list[str], offset: int
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [cell["period"] for cell in cells],
        "y": [places[cell["handler_id"]] for cell in cells],
        "marker": {"size": 4, "color": "token:line-strong"},
        "customdata": [
            [
                number,
                figure_text(shown[places[cell["handler_id"]]].label),
                labels[cell["period"]],
                format_count(cell["execution_count"]),
                format_duration(cell["min_ms"]),
                format_duration(cell["max_ms"]),
            ]
            for number, cell in enumerate(cells, start=offset)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}: n %{customdata[3]}, too few for a median; "
        "%{customdata[4]} to %{customdata[5]}<extra></extra>",
    }


def _volume(cells: Sequence[Row], labels: list[str]) -> dict[str, Any]:
    counts = [0] * len(labels)
    for cell in cells:
        counts[cell["period"]] += cell["execution_count"]
    return {
        "type": "bar",
        "x": list(range(len(labels))),
        "y": counts,
        "yaxis": "y2",
        "marker": {"color": "token:series-4"},
        "customdata": [[-1, label, format_count(count)] for label, count in zip(labels, counts, strict=True)],
        "hovertemplate": "%{customdata[1]}: %{customdata[2]} executions<extra></extra>",
    }


def _layout(names: list[str], periods: HandlerPeriods) -> dict[str, Any]:
    top = max(0.8, 1 - 60 / (170 + 19 * len(names)))
    every = -(-len(periods.labels) // _MOST_LABELS)
    ticks = list(range(0, len(periods.labels), every))
    return {
        "xaxis": {
            "title": {"text": f"Start (UTC), {periods.unit} each"},
            "tickvals": ticks,
            "ticktext": [periods.labels[tick] for tick in ticks],
            "range": [-0.6, len(periods.labels) - 0.4],
            "showgrid": False,
            "fixedrange": True,
        },
        "yaxis": {**name_axis(names), "domain": [0, top - 0.02]},
        "yaxis2": {"title": {"text": "n"}, "domain": [top, 1], "anchor": "x", "fixedrange": True, "nticks": 3},
        "bargap": 0.25,
    }


def _exemplars(
    cell: Row, handler: HandlerTime, periods: HandlerPeriods, page: str, session_ids: frozenset[str]
) -> Links:
    found = [("page of the handler", links.relative_link(page, links.handler_url(handler.handler_id)))]
    for words, name in _EXEMPLARS if cell["execution_count"] >= ENOUGH else _EXEMPLARS[-1:]:
        session_id = cell[f"{name}_session_id"]
        if session_id in session_ids:
            address = links.timeline_url(session_id, cell[f"{name}_flow_id"])
            duration = format_duration(cell[f"{name}_duration_ms"])
            found.append((f"{words} {duration}", links.relative_link(page, address)))
    title = f"{handler.label}, {periods.labels[cell['period']]}, n {format_count(cell['execution_count'])}"
    return Links(title, tuple(found))
