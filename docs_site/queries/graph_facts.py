"""What the pages know of the graph of handlers: handlers, connections, windows to compare, sequences."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_HANDLERS = """
select *, coalesce(plugin_name, 'no plugin') as group_name from reports.rpt_handler_graph
order by group_name, handler_name, handler_id
"""
_EDGES = """
select * from marts.fct_handler_edges
order by occurrence_count desc, from_handler_name, to_handler_name, edge_kind, handler_edge_id
"""
_WINDOWS = """
select * from reports.rpt_handler_edge_windows order by window_kind, window_number, handler_edge_id
"""
_SEQUENCES = """
select sequence_id, any_value(sequence_name) as sequence_name,
       list(handler_id order by beat_position) as handler_ids
from marts.dim_beats where handler_id is not null group by sequence_id order by sequence_name, sequence_id
"""


def load_handlers(warehouse: Path) -> list[Row]:
    """Read the handlers, by plugin."""
    return load_rows(warehouse, _HANDLERS)


def load_edges(warehouse: Path) -> list[Row]:
    """Read the connections, those seen most often first."""
    return load_rows(warehouse, _EDGES)


def load_windows(warehouse: Path) -> list[Row]:
    """Read how often each connection was seen in each window."""
    return load_rows(warehouse, _WINDOWS)


def load_sequences(warehouse: Path) -> list[Row]:
    """Read the handlers of each sequence in the order of its beats."""
    return load_rows(warehouse, _SEQUENCES)
