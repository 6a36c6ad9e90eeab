"""Which sessions played which sequences: the data file behind "of another session" in a comparison.

One file for all timelines, read by a browser once somebody compares across sessions; what a session's flows did is in
the session's own file (timeline_payload.py). The other half is assets/timeline_compare.js.
"""

from collections.abc import Sequence
from typing import Any

from docs_site.html.number_format import format_time
from docs_site.html.side_file import side_script
from docs_site.pages.timeline_sessions import ListedSession
from orchestration.warehouse import Connection, fetch_rows

SEQUENCES_DATA = "timeline/data/sequences.js"
SEQUENCES_KEY = "timeline:sequences"
_PLAYED = """
    select sequence_name, session_id, count(*) as flow_count
    from marts.fct_flows
    where sequence_name is not null and status <> 'never_started'
    group by sequence_name, session_id
    order by sequence_name, session_id
"""


def load_played(warehouse: Connection, sessions: Sequence[ListedSession]) -> dict[str, Any]:
    """Return the given sessions, and per sequence which of them (by place) played it how often, newest first."""
    places = {session.session_id: place for place, session in enumerate(sessions)}
    sequences: dict[str, list[list[int]]] = {}
    for row in fetch_rows(warehouse, _PLAYED):
        if row["session_id"] in places:
            pair = [places[row["session_id"]], row["flow_count"]]
            sequences.setdefault(str(row["sequence_name"]), []).append(pair)
    return {
        "sessions": [[session.session_id, session.session_name, _started(session)] for session in sessions],
        # Pairs, not an object: a sequence may be called __proto__.
        "sequences": [[name, sorted(pairs)] for name, pairs in sequences.items()],
    }


def played_script(played: dict[str, Any]) -> bytes:
    """Return the data file."""
    return side_script(SEQUENCES_KEY, played)


def _started(session: ListedSession) -> str:
    return format_time(session.started_at) if session.has_clock and session.started_at else ""
