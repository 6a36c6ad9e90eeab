"""Routes from topics to sequences as pages show them: declared against published and delivered."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.tables import Cell, Column, badge_cell, count_cell, link_cell, render_table, text_cell
from docs_site.parts.words import deviation_noun
from orchestration.warehouse import Row

_ROUTE_ORDER = ("warning", "plain", "good")
ROUTE_COLUMNS = (
    Column("Topic"),
    Column("State"),
    Column("What happened"),
    Column("Leads to"),
    Column("Published", is_number=True, hint="Publications of the topic in all sessions"),
    Column("Delivered", is_number=True, hint="Publications that reached this sequence"),
    Column("Sessions", is_number=True),
    Column("Line"),
)


def route_cells(row: Row, page: str) -> list[Cell]:
    """Return the cells of a route after its topic."""
    words, tone = _route_state(row)
    target = links.relative_link(page, links.sequence_url(row["sequence_id"])) if row["sequence_id"] else None
    line = (
        links.relative_link(page, links.lines_url(row["session_id"], row["line_number"])) if row["session_id"] else None
    )
    return [
        badge_cell(words, tone, _ROUTE_ORDER.index(tone)),
        text_cell(row["observed"]),
        link_cell(row["sequence_name"] or row["sequence_key"], target),
        count_cell(row["published_count"]),
        count_cell(row["routed_count"]),
        count_cell(row["session_count"]),
        link_cell(f"line {row['line_number']}" if line else None, line),
    ]


def topic_cell(topic: str, topic_id: str | None, page: str) -> Cell:
    """Show a topic, linked to its page where it has one."""
    address = links.relative_link(page, links.topic_url(topic_id)) if topic_id else None
    return link_cell(topic, address, "sl-code-name")


def _route_state(row: Row) -> tuple[str, str]:
    if row["route_class"] == "observed_only":
        return ("taken, not declared", "warning")
    if row["deviation_class"] and row["is_accepted"]:
        return ("accepted deviation", "plain")
    if row["deviation_class"]:
        return (deviation_noun(row["deviation_class"]), "warning")
    if row["route_class"] == "declared_only":
        return ("never taken", "plain")
    return ("as declared", "good")


def tally_routes(routes: Sequence[Row]) -> dict[str, int]:
    """Count declared, taken, always obeyed, and the topics that went astray."""
    states = Counter(_route_state(row)[1] for row in routes)
    declared = [row for row in routes if row["route_class"] != "observed_only"]
    return {
        "declared": len(declared),
        "taken": sum(row["route_class"] == "both" for row in routes),
        "as_declared": states["good"],
        "astray": len({row["topic"] for row in routes if _route_state(row)[1] == "warning"}),
    }


def topic_routes_table(routes: Sequence[Row]) -> Markup:
    """Return all routes for the topics page, those with a deviation first."""
    cells = [
        [topic_cell(row["topic"], row["topic_id"], links.TOPICS), *route_cells(row, links.TOPICS)] for row in routes
    ]
    return render_table(ROUTE_COLUMNS, cells, caption="Routes", empty="No route is declared and none was taken.")
