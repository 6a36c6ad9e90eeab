"""Executions worth opening, by what they are a run of: nearest to the median, nearest to the 95th percentile, slowest.

Tables turn a median, a percentile or a maximum into a link to the execution it stands for. Which execution that is, is
decided in reports.rpt_exemplars.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docs_site.html import links
from orchestration.warehouse import load_rows

_SQL = "select execution_kind, subject_id, exemplar, session_id, flow_id from reports.rpt_exemplars"

MEDIAN, P95, SLOWEST = "median", "95th percentile", "slowest"


@dataclass(frozen=True, slots=True)
class Exemplars:
    """Timelines of exemplars, as seen from one page."""

    page: str
    places: Mapping[tuple[str, str, str], tuple[str, str | None]]

    def address(self, execution_kind: str, subject_id: str | None, exemplar: str) -> str | None:
        """Return the timeline of the exemplar, opened at its flow; None where there is no such execution."""
        place = self.places.get((execution_kind, subject_id or "", exemplar))
        return None if place is None else links.relative_link(self.page, links.timeline_url(*place))


def load_exemplars(warehouse: Path, page: str) -> Exemplars:
    """Read all exemplars."""
    rows = load_rows(warehouse, _SQL)
    places = {
        (row["execution_kind"], row["subject_id"], row["exemplar"]): (row["session_id"], row["flow_id"]) for row in rows
    }
    return Exemplars(page, places)
