"""The sunburst: the same tree as the flame graph, as rings. Inner ring sequences, then movements, beats, handlers.

Own times are sectors of their own, so that no ring has a hole that nobody explains.
"""

from typing import Any

from docs_site.html.escape import figure_text
from docs_site.html.figure import Figure
from docs_site.html.number_format import format_count, format_duration, format_pct
from docs_site.queries.flame import FlameRows
from orchestration.warehouse import Row

# The colours of the flame graph (assets/flame.css), so that a kind looks the same in both.
_COLOURS = {
    kind: f"token:fl-{kind}" for kind in ("root", "sequence", "movement", "beat", "handler", "call", "self")
} | {"queue_wait": "token:fl-wait"}
_MOST_WORDS = 5
_WORDS = {"queue_wait": "waiting in the queue", "call": "calling handlers", "root": "all flows"}
_OWN_WORDS = {"sequence": "around movements", "movement": "between beats", "beat": "around handlers"}


def sunburst_figure(rows: FlameRows) -> Figure | None:
    """Draw the time of flows over all sessions; None when no flow has a duration."""
    nodes = {row["node_id"]: row for row in rows.nodes if row["frame_tree"] == "elapsed"}
    sums = _sums(rows, nodes)
    root = next((row["node_id"] for row in nodes.values() if row["frame_kind"] == "root"), None)
    if root is None or not sums[root][1]:
        return None
    sectors = [*_sectors(nodes, sums)]
    all_us = sums[root][1]
    parts = {
        kind: sum(sums[key][1] for key, row in nodes.items() if row["frame_kind"] == kind)
        for kind in ("call", "handler")
    }
    return Figure(
        "sunburst",
        f"Calling handlers takes {format_pct(100 * parts['call'] / all_us)} % of the time of flows, "
        f"the handlers themselves {format_pct(100 * parts['handler'] / all_us)} %",
        f"Rings from the inside: sequences, movements, beats, handlers and calls; {format_duration(all_us / 1000)}, "
        f"n {format_count(sums[root][0])} flows. A click opens a sector, a click on the middle closes it",
        [_trace(sectors, all_us)],
        {"margin": {"l": 0, "r": 0, "t": 0, "b": 8}, "uniformtext": {"minsize": 9, "mode": "hide"}},
        640,
    )


def _sums(rows: FlameRows, nodes: dict[str, Row]) -> dict[str, list[int]]:
    sums = {key: [0, 0, 0] for key in nodes}
    for cell in rows.cells:
        if cell["node_id"] in sums:
            values = (cell["execution_count"], cell["total_us"], cell["self_us"])
            sums[cell["node_id"]] = [a + b for a, b in zip(sums[cell["node_id"]], values, strict=True)]
    return sums


def _sectors(nodes: dict[str, Row], sums: dict[str, list[int]]) -> list[tuple[str, str, str, str, int, int]]:
    """Return id, parent, words, kind, executions and microseconds of every sector, parents first."""
    inner = {row["parent_node_id"] for row in nodes.values()}
    sectors = []
    for key, row in nodes.items():
        kind = row["frame_kind"]
        count, total, own = sums[key]
        words = _WORDS.get(kind) or row["frame_name"] or f"({kind} without a name)"
        sectors.append((key, row["parent_node_id"] or "", words, kind, count, total))
        if key in inner and own:
            sectors.append((f"{key}/self", key, _OWN_WORDS.get(kind, "own time"), "self", count, own))
    return sectors


def _trace(sectors: list[tuple[str, str, str, str, int, int]], all_us: int) -> dict[str, Any]:
    return {
        "type": "sunburst",
        "ids": [sector[0] for sector in sectors],
        "parents": [sector[1] for sector in sectors],
        "labels": [_label(sector[2]) for sector in sectors],
        "values": [sector[5] for sector in sectors],
        "branchvalues": "total",
        "maxdepth": 5,
        "sort": True,
        "insidetextorientation": "radial",
        "marker": {
            "colors": [_COLOURS[sector[3]] for sector in sectors],
            "line": {"color": "token:surface", "width": 1},
        },
        "leaf": {"opacity": 1},
        "insidetextfont": {"color": "token:ink"},
        "customdata": [
            [
                -1,
                format_duration(sector[5] / 1000),
                format_count(sector[4]),
                format_pct(100 * sector[5] / all_us),
                figure_text(sector[2]),
            ]
            for sector in sectors
        ],
        "hovertemplate": "<b>%{customdata[4]}</b><br>%{customdata[1]}, %{customdata[3]} % of all, "
        "n %{customdata[2]}<extra></extra>",
    }


def _label(words: str) -> str:
    # One word a line: a sector of an inner ring has more height than length.
    return "<br>".join(figure_text(word) for word in words.split()[:_MOST_WORDS])
