"""The graph of handlers: what stands out, the drawing, what changed between two windows, and all of it as a table."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.escape import script_json
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.parts.dependency_tables import changes_table, edges_table, hubs_table
from docs_site.parts.graph_payload import graph_payload
from docs_site.queries import graph_facts
from docs_site.queries.window import load_window
from orchestration.domain.amounts import named
from orchestration.warehouse import Row

ASSETS = ("graph.css", "graph_model.js", "graph_scene.js", "graph.js")
# The page opens with the drawing; all rows of a large graph would cost more time than drawing it. They have a page.
_MOST_ROWS = 120
# Every handler inside a chain splits it in two; from three parts on, several chains meet in one handler.
MEETING_PARTS = 3
# Two halves of one thing differ by chance; assets/graph_model.js uses the same factor.
_CHANGE = 2.0


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the page of the graph."""
    page = links.DEPENDENCIES
    handlers, edges = graph_facts.load_handlers(warehouse), graph_facts.load_edges(warehouse)
    windows = graph_facts.load_windows(warehouse)
    payload = graph_payload(handlers, edges, windows, graph_facts.load_sequences(warehouse), page)
    before, after = latest_pair(payload["windows"])
    ranked, changed = _ranked(handlers), changed_edges(edges, before, after)
    is_cut = max(len(handlers), len(edges), len(changed)) > _MOST_ROWS
    classes = ("both", "declared_only", "observed_only")

    def tables(page: str, most: int | None) -> dict[str, Markup]:
        names = [window[1] if window else "" for window in (before, after)]
        return {
            "hubs": hubs_table(ranked[:most], page, options),
            "changes": changes_table(changed[:most], page, *names),
            "edges": edges_table(
                edges[:most], page, options, "No connection between handlers is declared or was seen."
            ),
        }

    body = render(
        "dependencies.md.jinja",
        page,
        window=load_window(warehouse),
        handler_count=len(handlers),
        edge_count=len(edges),
        classes={name: sum(edge["edge_class"] == name for edge in edges) for name in classes},
        findings=graph_findings(handlers, edges),
        data=Markup(script_json(payload)),
        before=before,
        after=after,
        is_cut=is_cut,
        most=_MOST_ROWS,
        links=links,
        **tables(page, _MOST_ROWS),
    )
    yield Page(page, "Dependencies", body, ASSETS if handlers else ())
    if is_cut:
        rest = render("connections.md.jinja", links.ALL_CONNECTIONS, links=links, **tables(links.ALL_CONNECTIONS, None))
        yield Page(links.ALL_CONNECTIONS, "All connections of handlers", rest)


def graph_findings(handlers: Sequence[Row], edges: Sequence[Row]) -> list[str]:
    """Say what stands out, as sentences."""
    cycles = sorted({row["cycle_number"] for row in handlers if row["cycle_number"]})
    meeting = [row for row in _ranked(handlers) if row["is_cut_point"] and row["split_part_count"] >= MEETING_PARTS]
    undeclared = [
        edge
        for edge in edges
        if edge["edge_class"] == "observed_only" and edge["from_handler_id"] != edge["to_handler_id"]
    ]
    again = [
        edge
        for edge in edges
        if edge["edge_kind"] == "directly_follows" and edge["from_handler_id"] == edge["to_handler_id"]
    ]
    unseen = sum(edge["edge_class"] == "declared_only" for edge in edges)
    found = [
        f"{plural(len(cycles), 'cycle')} among what leads to what: "
        + "; ".join(_names([row for row in handlers if row["cycle_number"] == number]) for number in cycles)
        if cycles
        else "No cycle: nothing a handler follows, calls or publishes leads back to it",
        f"{plural(len(meeting), 'handler')} without which the graph falls into three parts and more: {_names(meeting)}"
        if meeting
        else "No handler holds three parts of the graph together",
    ]
    if handlers and edges:
        most_in = max(handlers, key=lambda row: (row["fan_in_count"], row["handler_name"]))
        most_out = max(handlers, key=lambda row: (row["fan_out_count"], row["handler_name"]))
        found.append(
            f"Most handlers lead to {most_in['handler_name']} of {most_in['group_name']} ({most_in['fan_in_count']}), "
            f"and {most_out['handler_name']} of {most_out['group_name']} leads to most ({most_out['fan_out_count']})"
        )
    if again:
        often = max(edge["flow_count"] for edge in again)
        found.append(
            f"{plural(len(again), 'handler')} run twice in a row, in up to {plural(often, 'flow')}: "
            + ", ".join(sorted({edge["from_handler_name"] for edge in again})[:6])
        )
    if undeclared:
        found.append(f"{plural(len(undeclared), 'connection')} between different handlers seen that nothing declares")
    if unseen:
        found.append(f"{plural(unseen, 'declared connection')} never seen")
    return found


def latest_pair(windows: Sequence[list[Any]]) -> tuple[list[Any] | None, list[Any] | None]:
    """Return the windows to compare: the last two builds, else the last two days, else the halves of the sessions."""
    for kind in ("build", "day", "half"):
        found = [window for window in windows if window[0] == kind]
        if len(found) > 1:
            return found[-2], found[-1]
    return None, None


def changed_edges(edges: Sequence[Row], before: Sequence[Any] | None, after: Sequence[Any] | None) -> list[Row]:
    """Return the connections that are new, gone, or seen twice or half as often per session."""
    if not before or not after:
        return []
    rates = [_rates(window) for window in (before, after)]
    changed = []
    for number, edge in enumerate(edges):
        old, new = (rate.get(number, 0.0) for rate in rates)
        change = _change(old, new)
        if change:
            changed.append({**edge, "change": change, "before_rate": old, "after_rate": new})
    return changed


def _rates(window: Sequence[Any]) -> dict[int, float]:
    _, _, sessions, counts = window
    return {number: count / max(1, sessions) for number, count in counts}


def _change(old: float, new: float) -> str | None:
    if not old or not new:
        return "new" if new else "gone" if old else None
    return "more" if new >= old * _CHANGE else "fewer" if new * _CHANGE <= old else None


def _ranked(handlers: Sequence[Row]) -> list[Row]:
    return sorted(
        handlers,
        key=lambda row: (
            row["cycle_number"] is None,
            -(row["split_part_count"] if row["is_cut_point"] else 0),
            -(row["fan_in_count"] + row["fan_out_count"]),
            row["handler_name"],
        ),
    )


def _names(handlers: Sequence[Row]) -> str:
    names = [f"{row['handler_name']} ({row['group_name']})" for row in handlers]
    return named(names, 6)
