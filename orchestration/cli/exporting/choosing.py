"""Which sessions and flows are meant by what was typed: ids, starts of ids, names; and what there is when none is.

Shared by the verbs that work on flows. What is done with them belongs to each verb's module.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.cli.summary import printable
from orchestration.domain.errors import UsageError
from orchestration.warehouse import Connection, fetch_tuples

_LISTED = 8
_SESSIONS = "select session_id, session_name from marts.dim_sessions order by started_at desc nulls last, session_id"
_STATUSES = "select flow_id, session_id, status from marts.fct_flows order by log_file_path, line_number, flow_id"
_FLOWS = "select flow_id, session_id, sequence_name, sequence_key from marts.fct_flows order by flow_id"


@dataclass(frozen=True, slots=True)
class FlowChoice:
    """What was typed: sessions, flows, a sequence; what several of them choose is what all of them choose."""

    sessions: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    sequence: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """A session to write: all of it, or only some of its flows (null: all)."""

    session_id: str
    flow_ids: frozenset[str] | None = None


def choose_sessions(connection: Connection, choice: FlowChoice) -> list[ChosenSession]:
    """Return what to write, sessions in the order asked for; without any choice the newest session."""
    names = dict(fetch_tuples(connection, _SESSIONS))
    if not names:
        raise UsageError("no session has been ingested yet; give logs to `sightline run`")
    session_ids = [_find_session(text, names) for text in choice.sessions]
    if not choice.flows and choice.sequence is None:
        return [ChosenSession(session_id) for session_id in session_ids or list(names)[:1]]
    flows = fetch_tuples(connection, _FLOWS)
    wanted = {_find_flow(text, [flow[0] for flow in flows]) for text in choice.flows}
    if choice.sequence is not None:
        _require_sequence(choice.sequence, {str(word) for flow in flows for word in flow[2:] if word})
    groups: dict[str, set[str]] = {}
    for flow_id, session_id, *words in flows:
        is_wanted = (not wanted or flow_id in wanted) and (choice.sequence is None or choice.sequence in words)
        if is_wanted and (not session_ids or session_id in session_ids):
            groups.setdefault(session_id, set()).add(flow_id)
    if not groups:
        raise UsageError("no flow is in all that was asked for; leave out --session, --flow or --sequence")
    return [ChosenSession(key, frozenset(groups[key])) for key in session_ids or list(names) if key in groups]


def _find_session(text: str, names: Mapping[str, str]) -> str:
    found = [key for key, name in names.items() if text in (key, name)]
    found = found or [key for key in names if text and key.startswith(text)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{text}: {len(found)} sessions are called so; give the id: {_some(found)}")
    close = difflib.get_close_matches(text, names.values(), n=3) or list(names.values())
    raise UsageError(f"{text}: no such session; there are {len(names):,}: {_some(close, len(names))}")


def _find_flow(text: str, flow_ids: Sequence[str]) -> str:
    found = [flow_id for flow_id in flow_ids if text and flow_id.startswith(text)]
    exact = [flow_id for flow_id in found if flow_id == text] or found
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise UsageError(f"{text}: {len(exact)} flows begin so; write more of the id: {_some(exact)}")
    raise UsageError(f"{text}: no such flow; ids are on a session's page and in its timeline's address (#flow=...)")


def _require_sequence(text: str, known: set[str]) -> None:
    if text not in known:
        close = difflib.get_close_matches(text, sorted(known), n=3) or sorted(known)
        raise UsageError(f"{text}: no flow of such a sequence; there are {_some(close, len(known))}")


def _some(words: Sequence[str], total: int | None = None) -> str:
    shown = [printable(word) for word in words[:_LISTED]]
    return ", ".join(shown) + (", …" if len(shown) < (total or len(words)) else "")


def choose_flows(connection: Connection, choice: FlowChoice, is_completed_only: bool) -> list[str]:
    """Return the ids of the chosen flows in the order of their logs; a flow named by its id is always among them."""
    is_named = bool(choice.flows)
    is_all = not (choice.sessions or choice.flows or choice.sequence)
    chosen = {} if is_all else {one.session_id: one.flow_ids for one in choose_sessions(connection, choice)}
    rows = fetch_tuples(connection, _STATUSES)
    return [
        flow_id
        for flow_id, session_id, status in rows
        if (is_all or session_id in chosen)
        and (is_all or chosen[session_id] is None or flow_id in (chosen[session_id] or ()))
        and (is_named or status == "completed" or not is_completed_only)
    ]
