"""The heatmap of handlers by latency, on a log scale with totals. By time: figures/handler_periods.py.

A row's cells are shares of that row's executions, so that a rare handler reads like a frequent one; the bars beside
and above hold the totals. Colours are one sequential scale, safe for colour-blind readers.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from docs_site.figures.bars import name_axis
from docs_site.html import links
from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_duration, format_pct
from docs_site.queries.durations import HandlerTime
from orchestration.warehouse import Row

# Edges of the latency buckets: thirds of a decade, which is what a log axis read by eye can tell apart.
EDGES_MS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4)
MOST_ROWS = 40


def bucket_names() -> list[str]:
    """Return what the buckets are called, lowest first: milliseconds, and seconds where it says so."""
    names = [f"< {EDGES_MS[1]:g}"]
    names += [_between(low, high) for low, high in pairwise(EDGES_MS[1:])]
    return [*names, f"\u2265 {EDGES_MS[-1] / 1000:g} s"]


def _spoken_names() -> list[str]:
    return [name if name.endswith(" s") else f"{name} ms" for name in bucket_names()]


def latency_figure(times: Sequence[HandlerTime], counts: Sequence[Row], page: str) -> Figure | None:
    """Draw handlers by latency bucket. `counts` has handler_id, bucket (index into the edges) and execution_count."""
    shown = list(times[:MOST_ROWS])[::-1]
    if not shown:
        return None
    by_handler: dict[str, dict[int, int]] = {}
    for row in counts:
        by_handler.setdefault(row["handler_id"], {})[row["bucket"]] = row["execution_count"]
    table = [[by_handler.get(handler.handler_id, {}).get(bucket, 0) for bucket in _buckets()] for handler in shown]
    names = [figure_text(handler.label) for handler in shown]
    top = shown[-1]
    total = sum(handler.timed_count for handler in times)
    return Figure(
        "latency",
        f"{top.label} takes {format_pct(top.share_pct)} % of handler time; {_fast_words(counts, total)}",
        f"Share of a handler's executions by latency; the {len(shown)} handlers with most time, most at the top; "
        f"n {format_count(total)} executions",
        [_cells(names, table), _column_totals(counts), _row_totals(names, shown)],
        _layout(names),
        150 + 19 * len(shown),
        tuple(links.relative_link(page, links.handler_url(handler.handler_id)) for handler in shown),
    )


def _buckets() -> range:
    return range(len(EDGES_MS))


def _between(low: float, high: float) -> str:
    return f"{low / 1000:g}\u2013{high / 1000:g} s" if high >= 1000 else f"{low:g}\u2013{high:g}"


def _fast_words(counts: Sequence[Row], total: int) -> str:
    fast = sum(row["execution_count"] for row in counts if EDGES_MS[row["bucket"]] < 5)
    return f"{format_pct(100 * fast / total)} % of all executions end within 5 ms"


def _cells(names: list[str], table: list[list[int]]) -> dict[str, Any]:
    sums = [max(1, sum(row)) for row in table]
    return {
        "type": "heatmap",
        "x": list(_buckets()),
        "y": list(range(len(names))),
        "z": [[100 * n / total if n else None for n in row] for row, total in zip(table, sums, strict=True)],
        "customdata": [
            [[index, name, format_count(count), label] for count, label in zip(row, _spoken_names(), strict=True)]
            for index, (name, row) in enumerate(zip(names, table, strict=True))
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[3]}: %{z:.1f} % of its executions, "
        "n %{customdata[2]}<extra></extra>",
        "colorscale": "token:sequential",
        "zmin": 0,
        "zmax": 100,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": {
            "title": {"text": "% of row", "side": "right"},
            "thickness": 8, "len": 0.5, "y": 0.4, "outlinewidth": 0, "ticksuffix": " %",
        },
    }  # fmt: skip


def _column_totals(counts: Sequence[Row]) -> dict[str, Any]:
    # Of all handlers, also of those that have no row.
    totals = [0] * len(EDGES_MS)
    for row in counts:
        totals[row["bucket"]] += row["execution_count"]
    return {
        "type": "bar",
        "x": list(_buckets()),
        "y": totals,
        "yaxis": "y2",
        "marker": {"color": "token:series-4"},
        "customdata": [[-1, label, format_count(count)] for label, count in zip(_spoken_names(), totals, strict=True)],
        "hovertemplate": "%{customdata[1]}: %{customdata[2]} executions<extra></extra>",
    }


def _row_totals(names: list[str], shown: list[HandlerTime]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [handler.total_ms / 1000 for handler in shown],
        "y": list(range(len(shown))),
        "xaxis": "x2",
        "marker": {"color": "token:series-1"},
        "customdata": [
            [index, names[index], format_duration(handler.total_ms), format_count(handler.timed_count)]
            for index, handler in enumerate(shown)
        ],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]} in all, n %{customdata[3]}<extra></extra>",
    }


def _layout(names: list[str]) -> dict[str, Any]:
    top = max(0.8, 1 - 70 / (150 + 19 * len(names)))
    return {
        "xaxis": {
            "title": {"text": "Duration (ms, log buckets)"}, "tickvals": list(_buckets()), "ticktext": bucket_names(),
            "showgrid": False, "zeroline": False, "domain": [0, 0.8], "range": [-0.6, len(EDGES_MS) - 0.4],
            "fixedrange": True,
        },
        "yaxis": {**name_axis(names), "domain": [0, top - 0.02]},
        "xaxis2": {
            "title": {"text": "Total (s)"}, "domain": [0.83, 1], "anchor": "y", "fixedrange": True, "nticks": 4,
        },
        "yaxis2": {"title": {"text": "n"}, "domain": [top, 1], "anchor": "x", "fixedrange": True, "nticks": 3},
        "bargap": 0.25,
    }  # fmt: skip
