"""`sightline export trace`: the traces of the sessions and flows that were asked for, as files.

The formats are orchestration/exports; how rows become a trace is orchestration/flows/traces.py.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.analysis.traces.trace_model import SessionTrace
from orchestration.cli.exporting.choosing import ChosenSession, FlowChoice, choose_sessions
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, open_built, write_export
from orchestration.cli.summary import printable
from orchestration.domain.errors import UsageError
from orchestration.exports.chrome_trace import write_chrome_trace
from orchestration.exports.file_names import file_name
from orchestration.exports.otlp import write_otlp
from orchestration.exports.speedscope import write_speedscope
from orchestration.flows.traces import load_traces
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class TraceChoice:
    """What was typed: the format, and what to export in it."""

    format_name: str
    flows: FlowChoice
    lines: str | None = None


def export_traces(settings: Settings, choice: TraceChoice, out: Path | None) -> None:
    """Write a file per chosen session; raise UsageError when something asked for does not exist."""
    write = _writer(choice.format_name, settings.project.name)
    lines = _line_range(choice.lines)
    home = built_home(settings)
    with open_built(home) as connection:
        chosen = {one.session_id: one for one in choose_sessions(connection, choice.flows)}
        if len(chosen) > 1 and out is not None:
            _require_folder(out, len(chosen))
        for trace in load_traces(connection, home.lake, list(chosen)):
            part = _part(trace, chosen[trace.session_id], lines)
            if not part.spans and not part.marks:
                raise UsageError(f"session {printable(trace.session_name)}: nothing begins on lines {choice.lines}")
            name = f"{_name(part, chosen[trace.session_id], choice)}.{choice.format_name}.json"
            write_export(write(part), home.exports / "traces" / name, out)


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
    elif choice.flows.sequence:
        parts.append(choice.flows.sequence)
    elif chosen.flow_ids:
        parts.append(f"{len(chosen.flow_ids)}-flows")
    return file_name(*parts, *(["lines", choice.lines] if choice.lines else []))


def _require_folder(out: Path, count: int) -> None:
    if out == STANDARD_OUTPUT or out.is_file():
        raise UsageError(f"{out}: {count} sessions make {count} files; name a folder with --out")
    out.mkdir(parents=True, exist_ok=True)
