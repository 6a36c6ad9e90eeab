"""The graph of handlers as the page's script reads it: compact lists, numbers instead of names.

The shape is agreed with assets/graph.js. Texts are not escaped here: the script draws them on a canvas or sets them as
text. What would act there, a change of direction, is shown instead.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from docs_site.html import links
from docs_site.html.escape import visible
from orchestration.analysis.graph.graph_layout import place_handlers
from orchestration.warehouse import Row

KINDS = ("directly_follows", "calls", "publishes_to", "subscribes", "reads_state_of")
CLASSES = ("both", "declared_only", "observed_only")
# What places handlers; topics shared and state read would draw every plugin into one knot.
_PLACING = frozenset({"directly_follows", "calls", "publishes_to"})


def graph_payload(
    handlers: Sequence[Row], edges: Sequence[Row], windows: Sequence[Row], sequences: Sequence[Row], page: str
) -> dict[str, Any]:
    """Return everything the drawing needs; places are in pixels at zoom 1."""
    groups = {row["handler_id"]: row["group_name"] for row in handlers}
    placing = [
        (row["from_handler_id"], row["to_handler_id"])
        for row in edges
        if row["edge_kind"] in _PLACING and row["edge_class"] != "observed_only"
    ]
    places, boxes = place_handlers(groups, placing)
    number = {row["handler_id"]: index for index, row in enumerate(handlers)}
    edge_number = {row["handler_edge_id"]: index for index, row in enumerate(edges)}
    return {
        "handlers": [_handler(row, places[row["handler_id"]], page) for row in handlers],
        "boxes": [
            [visible(box.group), round(box.x), round(box.y), round(box.width), round(box.height)] for box in boxes
        ],
        "edges": [_edge(row, number, page) for row in edges],
        "windows": _windows(windows, edge_number),
        "sequences": [
            [
                visible(row["sequence_name"]),
                [number[identifier] for identifier in row["handler_ids"] if identifier in number],
            ]
            for row in sequences
        ],
    }


def _handler(row: Row, place: tuple[float, float], page: str) -> list[Any]:
    return [
        visible(row["handler_name"]),
        visible(row["group_name"]),
        round(place[0]),
        round(place[1]),
        row["execution_count"],
        links.relative_link(page, links.handler_url(row["handler_id"])),
        row["handler_id"],
        row["split_part_count"] if row["is_cut_point"] else 0,
        row["cycle_number"] or 0,
    ]


def _edge(row: Row, number: dict[str, int], page: str) -> list[Any]:
    example = None
    if row["example_session_id"] and row["line_number"]:
        example = links.relative_link(page, links.lines_url(row["example_session_id"], row["line_number"]))
    return [
        number[row["from_handler_id"]],
        number[row["to_handler_id"]],
        KINDS.index(row["edge_kind"]),
        CLASSES.index(row["edge_class"]),
        row["occurrence_count"],
        row["flow_count"],
        None if row["p95_between_ms"] is None else round(row["p95_between_ms"], 1),
        None if row["error_pct"] is None else round(row["error_pct"], 2),
        visible(row["via"]) if row["via"] else None,
        example,
    ]


def _windows(rows: Sequence[Row], edge_number: dict[str, int]) -> list[list[Any]]:
    windows = []
    for (kind, _, name), found in groupby(rows, key=itemgetter("window_kind", "window_number", "window_name")):
        counted = list(found)
        counts = [
            [edge_number[row["handler_edge_id"]], row["occurrence_count"]]
            for row in counted
            if row["handler_edge_id"] in edge_number
        ]
        windows.append([kind, name and visible(name), counted[0]["window_session_count"], counts])
    return windows
