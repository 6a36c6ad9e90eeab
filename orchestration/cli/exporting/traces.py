"""`sightline export trace`: which sessions and flows were asked for, and their traces as files.

The formats are orchestration/exports; how rows become a trace is orchestration/analysis/trace_load.py.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.analysis.trace_load import load_traces
from orchestration.analysis.trace_model import SessionTrace
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, file_name, open_built, write_export
from orchestration.cli.summary import printable
from orchestration.domain.errors import UsageError
from orchestration.exports.chrome_trace import write_chrome_trace
from orchestration.exports.otlp import write_otlp
from orchestration.exports.speedscope import write_speedscope
from orchestration.settings import Settings

_LISTED = 8
_SESSIONS = "select session_id, session_name from marts.dim_sessions order by started_at desc nulls last, session_id"
_FLOWS = "select flow_id, session_id, sequence_name, sequence_key from marts.fct_flows order by flow_id"


@dataclass(frozen=True, slots=True)
class TraceChoice:
    """What was typed: the format, and what to export in it."""

    format_name: str
    sessions: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    sequence: str | None = None
    lines: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """A session to write: all of it, or only some of its flows (null: all)."""

    session_id: str
    flow_ids: frozenset[str] | None = None


def export_traces(settings: Settings, choice: TraceChoice, out: Path | None) -> None:
    """Write a file per chosen session; raise UsageError when something asked for does not exist."""
    write = _writer(choice.format_name, settings.project.name)
    lines = _line_range(choice.lines)
    home = built_home(settings)
    with open_built(home) as connection:
        chosen = {one.session_id: one for one in choose_sessions(connection, choice)}
        if len(chosen) > 1 and out is not None:
            _require_folder(out, len(chosen))
        for trace in load_traces(connection, home.lake, list(chosen)):
            part = _part(trace, chosen[trace.session_id], lines)
            if not part.spans and not part.marks:
                raise UsageError(f"session {printable(trace.session_name)}: nothing begins on lines {choice.lines}")
            name = f"{_name(part, chosen[trace.session_id], choice)}.{choice.format_name}.json"
            write_export(write(part), home.exports / "traces" / name, out)


def choose_sessions(connection: duckdb.DuckDBPyConnection, choice: TraceChoice) -> list[ChosenSession]:
    """Return what to write, sessions in the order asked for; without any choice the newest session."""
    names = dict(connection.execute(_SESSIONS).fetchall())
    if not names:
        raise UsageError("no session has been ingested yet; give logs to `sightline run`")
    session_ids = [_find_session(text, names) for text in choice.sessions]
    if not choice.flows and choice.sequence is None:
        return [ChosenSession(session_id) for session_id in session_ids or list(names)[:1]]
    flows = connection.execute(_FLOWS).fetchall()
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


def _writer(format_name: str, project_name: str) -> Callable[[SessionTrace], bytes]:
    writers: dict[str, Callable[[SessionTrace], bytes]] = {
        "chrome": write_chrome_trace,
        "speedscope": write_speedscope,
        "otlp": lambda trace: write_otlp(trace, project_name),
    }
    if format_name not in writers:
        raise UsageError(f"{format_name}: no such format; --format takes {', '.join(writers)}")
    return writers[format_name]


def _line_range(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+)-(\d+)", text)
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(f"{text}: --lines takes two line numbers, like 120-480")
    return int(match[1]), int(match[2])


def _part(trace: SessionTrace, chosen: ChosenSession, lines: tuple[int, int] | None) -> SessionTrace:
    part = trace if chosen.flow_ids is None else trace.of_flows(chosen.flow_ids)
    return part if lines is None else part.of_lines(*lines)


def _name(trace: SessionTrace, chosen: ChosenSession, choice: TraceChoice) -> str:
    parts = [trace.session_name, trace.session_id[:8]]
    if chosen.flow_ids and len(chosen.flow_ids) == 1:
        parts += ["flow", next(iter(chosen.flow_ids))[:8]]
    elif choice.sequence:
        parts.append(choice.sequence)
    elif chosen.flow_ids:
        parts.append(f"{len(chosen.flow_ids)}-flows")
    return file_name(*parts, *(["lines", choice.lines] if choice.lines else []))


def _require_folder(out: Path, count: int) -> None:
    if out == STANDARD_OUTPUT or out.is_file():
        raise UsageError(f"{out}: {count} sessions make {count} files; name a folder with --out")
    out.mkdir(parents=True, exist_ok=True)
