"""Tables of the graph of handlers, shared by its own page and the pages of handlers."""

from collections.abc import Sequence

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.parts.code_places import place_cell
from docs_site.parts.words import plain_words
from orchestration.warehouse import Row

KIND_WORDS = {
    "directly_follows": "directly follows",
    "calls": "calls",
    "publishes_to": "publishes to",
    "subscribes": "shares a topic with",
    "reads_state_of": "writes state read by",
}
_CLASSES = {"both": "good", "declared_only": "plain", "observed_only": "warning"}


def edges_table(rows: Sequence[Row], page: str, options: SiteOptions, empty: str) -> Markup:
    """List connections with how often, how long between and how often failing; the same as the drawing shows."""
    columns = (
        Column("From"),
        Column("Connection"),
        Column("To"),
        Column("Known from"),
        Column("Seen", is_number=True),
        Column("Flows", is_number=True),
        Column("p95 between", "ms", True, "From start to start; not given below 20"),
        Column("Errors", "%", True, "Of the handler it leads to, in these cases"),
        Column("Through"),
        Column("Line", is_number=True),
        Column("Code"),
    )
    cells = [
        [
            _handler_cell(row["from_handler_id"], row["from_handler_name"], page),
            text_cell(KIND_WORDS[row["edge_kind"]]),
            _handler_cell(row["to_handler_id"], row["to_handler_name"], page),
            badge_cell(plain_words(row["edge_class"]), _CLASSES[row["edge_class"]]),
            count_cell(row["occurrence_count"]),
            count_cell(row["flow_count"]),
            number_cell(row["p95_between_ms"]),
            pct_cell(row["error_pct"]),
            text_cell(row["via"] or row["sequence_names"]),
            _line_cell(row, page),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Connections between handlers", empty=empty)


def hubs_table(rows: Sequence[Row], page: str, options: SiteOptions) -> Markup:
    """List the handlers the graph hangs on, and those most others lead to or are led to from."""
    columns = (
        Column("Handler"),
        Column("Plugin"),
        Column("Parts without it", is_number=True, hint="Into how many parts its part of the graph falls"),
        Column("Of handlers", is_number=True, hint="Handlers of its part of the graph"),
        Column("Cycle", is_number=True),
        Column("Led to by", is_number=True, hint="Other handlers, by any kind of connection"),
        Column("Leads to", is_number=True, hint="Other handlers, by any kind of connection"),
        Column("Executions", is_number=True),
        Column("Code"),
    )
    cells = [
        [
            _handler_cell(row["handler_id"], row["handler_name"], page),
            text_cell(row["plugin_name"]),
            count_cell(row["split_part_count"] if row["is_cut_point"] else None),
            count_cell(row["part_handler_count"]),
            count_cell(row["cycle_number"]),
            count_cell(row["fan_in_count"]),
            count_cell(row["fan_out_count"]),
            count_cell(row["execution_count"]),
            place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
        ]
        for row in rows
    ]
    return render_table(columns, cells, caption="Handlers in the graph", empty="No handler is declared or was seen.")


def changes_table(rows: Sequence[Row], page: str, before: str, after: str) -> Markup:
    """List connections whose frequency differs between two windows."""
    columns = (
        Column("Change"),
        Column("From"),
        Column("Connection"),
        Column("To"),
        Column("Before", "per session", True),
        Column("After", "per session", True),
        Column("Line", is_number=True),
    )
    cells = [
        [
            badge_cell(row["change"], {"new": "good", "gone": "critical"}.get(row["change"], "info")),
            _handler_cell(row["from_handler_id"], row["from_handler_name"], page),
            text_cell(KIND_WORDS[row["edge_kind"]]),
            _handler_cell(row["to_handler_id"], row["to_handler_name"], page),
            number_cell(row["before_rate"]),
            number_cell(row["after_rate"]),
            _line_cell(row, page),
        ]
        for row in rows
    ]
    empty = f"No connection is new, gone, or seen twice or half as often per session: {before} against {after}."
    return render_table(columns, cells, caption="Connections that changed", empty=empty)


def _handler_cell(handler_id: str, name: str, page: str) -> Cell:
    return link_cell(name, links.relative_link(page, links.handler_url(handler_id)))


def _line_cell(row: Row, page: str) -> Cell:
    if not row["example_session_id"] or not row["line_number"]:
        return count_cell(None)
    address = links.lines_url(row["example_session_id"], row["line_number"])
    return count_cell(row["line_number"], links.relative_link(page, address))
