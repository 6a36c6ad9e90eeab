"""Which sessions have a timeline and a lines page of their own, and why the others have none.

Shared by timeline.py, lines.py and every page that links to them. The newest sessions have pages, and so do the older
ones with the most findings, so that evidence opens while the site's size stays bounded.
"""

from dataclasses import dataclass
from datetime import datetime

from orchestration.warehouse import Connection, fetch_rows

_SESSIONS = """
    select
        session_id,
        session_name,
        log_file_path,
        dialect,
        build,
        has_clock,
        started_at,
        duration_ms,
        coalesce(line_count, 0) as line_count,
        coalesce(record_count, 0) as record_count,
        coalesce(flow_count, 0) as flow_count,
        coalesce(beat_execution_count, 0) as beat_execution_count,
        coalesce(flow_failed_count, 0) as flow_failed_count,
        coalesce(deviation_count, 0) as deviation_count,
        coalesce(error_count, 0) as error_count
    from marts.dim_sessions
    order by started_at desc nulls last, session_name desc, session_id
"""


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as the index pages list it, newest first; `reason` says why it has pages or has none."""

    session_id: str
    session_name: str
    log_file_path: str
    dialect: str | None
    build: str | None
    has_clock: bool
    started_at: datetime | None
    duration_ms: float | None
    line_count: int
    record_count: int
    flow_count: int
    beat_execution_count: int
    flow_failed_count: int
    deviation_count: int
    error_count: int
    has_pages: bool = True
    reason: str = ""

    @property
    def finding_count(self) -> int:
        """Return how much there is to look at."""
        return self.flow_failed_count + self.deviation_count + self.error_count


def list_sessions(warehouse: Connection, session_limit: int) -> list[ListedSession]:
    """Return all sessions, newest first, each with whether it has pages."""
    sessions = [ListedSession(**row) for row in fetch_rows(warehouse, _SESSIONS)]
    older = sessions[session_limit:]
    ranked = sorted(older, key=lambda session: -session.finding_count)
    chosen = {session.session_id for session in ranked[:session_limit] if session.finding_count}
    return [
        _judged(session, place < session_limit, session.session_id in chosen, session_limit)
        for place, session in enumerate(sessions)
    ]


def sessions_with_pages(warehouse: Connection, session_limit: int) -> frozenset[str]:
    """Return the ids of the sessions whose timeline and lines pages exist, for pages that link to them."""
    return frozenset(s.session_id for s in list_sessions(warehouse, session_limit) if s.has_pages)


def _judged(session: ListedSession, is_new: bool, is_chosen: bool, limit: int) -> ListedSession:
    if is_new:
        reason = f"among the newest {limit}"
    elif is_chosen:
        reason = f"older, among the {limit} with the most findings"
    elif session.finding_count:
        reason = f"no page: older than the newest {limit}, and {limit} older ones have more findings"
    else:
        reason = f"no page: older than the newest {limit} and without findings"
    values = {name: getattr(session, name) for name in ListedSession.__dataclass_fields__}
    return ListedSession(**(values | {"has_pages": is_new or is_chosen, "reason": reason}))
