"""The tree of where time goes, session by session, and the executions worth opening in it.

Sessions add up, so builds, windows and pairs of sessions are sums of what is read here. Only the newest sessions are
given singly; older ones come as one sum per build, so that a long history costs the page nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import Row, fetch_rows, open_tables

# Each session adds about 150 frames to the data beside the page, packed about 1 kB.
MOST_SESSIONS = 200

_NODES = """
select node_id, parent_node_id, frame_tree, frame_kind, min(frame_name) as frame_name, min(frame_order) as frame_order,
       min(sequence_id) as sequence_id, min(beat_id) as beat_id, min(handler_id) as handler_id
from reports.rpt_flame_nodes
group by node_id, parent_node_id, frame_tree, frame_kind, frame_depth
order by frame_depth, frame_order nulls last, frame_kind, node_id
"""
_SLICES = """
select session_id, session_name, build, started_at,
       row_number() over (order by started_at desc nulls last, session_name desc, session_id) <= $1 as is_single
from marts.dim_sessions
where session_id in (select session_id from reports.rpt_flame_nodes)
order by started_at nulls first, session_name, session_id
"""
_CELLS = """
select session_id, node_id, execution_count, round(total_ms * 1000)::bigint as total_us,
       round(self_ms * 1000)::bigint as self_us
from reports.rpt_flame_nodes order by session_id, node_id
"""
_EXEMPLARS = """
select execution_kind, subject_id, exemplar, duration_ms, session_id, flow_id, line_number, timed_count
from reports.rpt_exemplars order by execution_kind, subject_id, exemplar_number
"""


@dataclass(frozen=True, slots=True)
class FlameRows:
    """What the pictures of where time goes are drawn from."""

    nodes: list[Row]
    sessions: list[Row]
    cells: list[Row]
    exemplars: list[Row]


def load_flame(warehouse: Path) -> FlameRows:
    """Read the tree: its places, its sessions oldest first, and the times of each place in each session."""
    with open_tables(warehouse) as connection:
        return FlameRows(
            fetch_rows(connection, _NODES),
            fetch_rows(connection, _SLICES, [MOST_SESSIONS]),
            fetch_rows(connection, _CELLS),
            fetch_rows(connection, _EXEMPLARS),
        )
