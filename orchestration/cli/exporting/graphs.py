"""`sightline export graph`: the handlers and their connections from the warehouse, as one file.

How each format is written belongs to orchestration/exports/handler_graph.py.
"""

from dataclasses import fields
from pathlib import Path

from orchestration.cli.exporting.places import built_home, open_built, write_export
from orchestration.domain.errors import UsageError
from orchestration.exports.handler_graph import GRAPH_WRITERS, GraphEdge, GraphHandler, HandlerGraph
from orchestration.settings import Settings
from orchestration.warehouse import Connection, fetch_tuples

_HANDLERS = """
select {columns} from reports.rpt_handler_graph order by plugin_name nulls last, handler_name, handler_id
"""
_EDGES = """
select {columns} from marts.fct_handler_edges where occurrence_count >= ?
order by from_handler_name, from_handler_id, to_handler_name, to_handler_id, edge_kind
"""


def export_graph(settings: Settings, format_name: str, least: int, out: Path | None) -> None:
    """Write the graph; `least` leaves out connections seen less often."""
    if format_name not in GRAPH_WRITERS:
        raise UsageError(f"--format {format_name}: give one of {', '.join(GRAPH_WRITERS)}")
    suffix, write = GRAPH_WRITERS[format_name]
    home = built_home(settings)
    with open_built(home) as connection:
        graph = load_graph(connection, least)
    write_export(write(graph), home.exports / f"handlers.{suffix}", out)


def load_graph(connection: Connection, least: int = 0) -> HandlerGraph:
    """Read the graph; `least` 0 keeps what is only declared."""
    handlers = fetch_tuples(connection, _HANDLERS.format(columns=_columns(GraphHandler)))
    edges = fetch_tuples(connection, _EDGES.format(columns=_columns(GraphEdge)), [least])
    return HandlerGraph(tuple(GraphHandler(*row) for row in handlers), tuple(GraphEdge(*row) for row in edges))


def _columns(row: type) -> str:
    return ", ".join(field.name for field in fields(row))
