"""What assets/flame*.js draw: the places of the tree once, and columns of numbers per session.

Times are whole microseconds, so that sums in the browser are exact. Names are a table of texts; what a place leads to
is a row of `subjects`. Reading the warehouse belongs to queries/flame.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docs_site.html import links
from docs_site.html.escape import visible
from docs_site.html.number_format import format_time
from docs_site.html.side_file import Strings
from docs_site.queries.flame import FlameRows
from orchestration.warehouse import Row

_SUBJECTS = (("handler", "handler_id"), ("beat", "beat_id"), ("sequence", "sequence_id"))


def flame_payload(rows: FlameRows, page: str, session_ids: frozenset[str]) -> dict[str, Any]:
    """Return the data of the pictures; exemplars of sessions that have no page of their own are given without links."""
    strings, subjects = Strings(), _Subjects(rows.exemplars, page, session_ids)
    numbers = {row["node_id"]: number for number, row in enumerate(rows.nodes)}
    nodes = {
        "parent": [numbers.get(row["parent_node_id"], -1) for row in rows.nodes],
        "tree": [row["frame_tree"] for row in rows.nodes],
        "kind": [row["frame_kind"] for row in rows.nodes],
        "name": [strings.number(visible(row["frame_name"] or "")) for row in rows.nodes],
        "order": [row["frame_order"] or 0 for row in rows.nodes],
        "subject": [subjects.number(row) for row in rows.nodes],
    }
    return {
        "strings": strings.texts,
        "nodes": nodes,
        "subjects": subjects.listed,
        "slices": list(_slices(rows, numbers)),
    }


class _Subjects:
    """What frames lead to: a page, and exemplar executions; each handler, beat and sequence once."""

    def __init__(self, exemplars: Iterable[Row], page: str, session_ids: frozenset[str]) -> None:
        self._page, self._session_ids = page, session_ids
        self._exemplars: dict[tuple[str, str], list[list[Any]]] = {}
        for row in exemplars:
            self._exemplars.setdefault((row["execution_kind"], row["subject_id"]), []).append(self._exemplar(row))
        self._numbers: dict[tuple[str, str], int] = {}
        self.listed: list[list[Any]] = []

    def number(self, node: Row) -> int:
        """Return the number of what a place of the tree is about; -1 where there is nothing to lead to."""
        own = {"handler": "handler", "beat": "beat", "call": "beat"}.get(node["frame_kind"], "sequence")
        for kind, column in _SUBJECTS:
            if kind == own and node[column]:
                return self._listed((kind, node[column]), node)
        return -1

    def _listed(self, key: tuple[str, str], node: Row) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.listed)
            self.listed.append([self._address(key, node), self._exemplars.get(key, [])])
        return self._numbers[key]

    def _address(self, key: tuple[str, str], node: Row) -> str:
        if key[0] == "handler":
            return links.relative_link(self._page, links.handler_url(key[1]))
        return links.relative_link(self._page, links.sequence_url(node["sequence_id"])) if node["sequence_id"] else ""

    def _exemplar(self, row: Row) -> list[Any]:
        addresses = ["", ""]
        if row["session_id"] in self._session_ids:
            targets = (
                links.timeline_url(row["session_id"], row["flow_id"]),
                links.lines_url(row["session_id"], row["line_number"]),
            )
            addresses = [links.relative_link(self._page, target) for target in targets]
        return [row["exemplar"], row["duration_ms"], row["timed_count"], *addresses]


def _slices(rows: FlameRows, numbers: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    cells: dict[str, list[Row]] = {}
    for cell in rows.cells:
        cells.setdefault(cell["session_id"], []).append(cell)
    older: dict[str | None, list[str]] = {}
    for session in rows.sessions:
        if not session["is_single"]:
            older.setdefault(session["build"], []).append(session["session_id"])
    for build, session_ids in older.items():
        summed = _sum(cell for session_id in session_ids for cell in cells[session_id])
        yield {"name": "", "count": len(session_ids), "build": _shown(build), "at": "", **_columns(summed, numbers)}
    for session in rows.sessions:
        if session["is_single"]:
            yield {
                "name": visible(session["session_name"]),
                "count": 1,
                "build": _shown(session["build"]),
                "at": format_time(session["started_at"]) if session["started_at"] else "",
                **_columns(cells[session["session_id"]], numbers),
            }


def _sum(cells: Iterable[Row]) -> list[Row]:
    sums: dict[str, Row] = {}
    for cell in cells:
        total = sums.setdefault(
            cell["node_id"], {"node_id": cell["node_id"], "execution_count": 0, "total_us": 0, "self_us": 0}
        )
        for name in ("execution_count", "total_us", "self_us"):
            total[name] += cell[name]
    return list(sums.values())


def _columns(cells: Sequence[Row], numbers: Mapping[str, int]) -> dict[str, list[int]]:
    return {
        "node": [numbers[cell["node_id"]] for cell in cells],
        "n": [cell["execution_count"] for cell in cells],
        "total": [cell["total_us"] for cell in cells],
        "self": [cell["self_us"] for cell in cells],
    }


def _shown(build: str | None) -> str:
    return visible(build) if build else ""
