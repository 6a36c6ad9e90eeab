"""`sightline export report`: one report as a Markdown and a JSON file.

What each report says is in the module of its name in orchestration/exports/reports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.cli.exporting.choosing import FlowChoice, choose_sessions
from orchestration.cli.exporting.places import STANDARD_OUTPUT, built_home, open_built, write_export
from orchestration.defs.home import Home
from orchestration.domain.errors import UsageError
from orchestration.exports.file_names import file_name
from orchestration.exports.reports import coverage, flows, performance, timeline, traceability
from orchestration.exports.reports.report import Report, write_json
from orchestration.flows.traces import load_traces
from orchestration.settings import Settings
from orchestration.warehouse import Connection

_TIMELINE = "timeline"
_BUILDERS: Mapping[str, Callable[[Connection], Report]] = {
    "performance": performance.build_report,
    "flows": flows.build_report,
    "coverage": coverage.build_report,
    "traceability": traceability.build_report,
}
_WRITERS: Mapping[str, Callable[[Report], str]] = {
    "performance": performance.write_markdown,
    "flows": flows.write_markdown,
    "coverage": coverage.write_markdown,
    _TIMELINE: timeline.write_markdown,
    "traceability": traceability.write_markdown,
}
_FORMATS = {"md": ("md",), "json": ("json",), "both": ("md", "json")}


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What was typed: which report, in which format, and of which sessions a timeline."""

    name: str
    format_name: str = "both"
    sessions: tuple[str, ...] = ()


def export_report(settings: Settings, choice: ReportChoice, out: Path | None) -> None:
    """Write a report; raise UsageError for one that does not exist, or where two files have one place."""
    suffixes = _require_known(choice)
    home = built_home(settings)
    with open_built(home) as connection:
        reports = _build(connection, home, choice)
    _require_room(out, len(reports) * len(suffixes))
    for name, report in reports.items():
        for suffix in suffixes:
            text = write_json(report) if suffix == "json" else _WRITERS[choice.name](report)
            write_export(text.encode("utf-8", "replace"), home.exports / "reports" / f"{name}.{suffix}", out)


def _require_known(choice: ReportChoice) -> tuple[str, ...]:
    if choice.name not in _WRITERS:
        raise UsageError(f"{choice.name}: no such report; give one of {', '.join(_WRITERS)}")
    if choice.format_name not in _FORMATS:
        raise UsageError(f"--format {choice.format_name}: give one of {', '.join(_FORMATS)}")
    if choice.sessions and choice.name != _TIMELINE:
        raise UsageError(f"--session chooses timelines; the {choice.name} report is about all sessions")
    return _FORMATS[choice.format_name]


def _build(connection: Connection, home: Home, choice: ReportChoice) -> dict[str, Report]:
    if choice.name != _TIMELINE:
        return {choice.name: _BUILDERS[choice.name](connection)}
    chosen = choose_sessions(connection, FlowChoice(choice.sessions))
    kinds = timeline.load_beat_kinds(connection)
    traces = load_traces(connection, home.lake, [one.session_id for one in chosen])
    return {
        file_name(_TIMELINE, trace.session_name, trace.session_id[:8]): timeline.build_report(trace, kinds)
        for trace in traces
    }


def _require_room(out: Path | None, count: int) -> None:
    if out is None or count == 1:
        return
    if out == STANDARD_OUTPUT or out.is_file():
        raise UsageError(f"{out}: this makes {count} files; choose one with --format md or json, or name a folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be made ({error.strerror}); choose another folder with --out") from None
