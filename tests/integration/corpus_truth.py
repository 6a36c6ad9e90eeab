"""What the corpus says really happened, what Sightline says of the same sessions, and where the two may differ.

The truth comes from a hook on the application's event bus, the marts from the log text alone.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.scan import scan_code
from orchestration.domain.tables import PROJECT_TABLES
from orchestration.lake import ensure_table
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.built_tables import build_tables_in

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("clean", "regression", "older_dialect", "faulty")

# Sessions whose log and truth do not say the same, with the counts that differ and why. Nothing else may differ.
EXCEPTIONS: dict[str, tuple[frozenset[str], str]] = {
    "localhost-1795360255087": (
        frozenset({"sequencesStarted", "bySequence.started", "requestIds"}),
        "production build with a paste: a guard of the application blocks the events of the nested sequence's start, "
        "so the truth misses one start that the log shows by 'Now executing' (oddity 9)",
    ),
    "localhost-1795360641030": (
        frozenset({"sequencesStarted", "bySequence.started", "requestIds"}),
        "production build with two pastes, as above (oddity 9)",
    ),
    "localhost-1795360949868": (
        frozenset({"handlersStarted", "byHandler"}),
        "the last two imports wait for a file dialog nobody closed: the log shows four subscribers called in each, and "
        "the application queued their handlers behind the dialog for ever",
    ),
    "localhost-1795362910363": (
        frozenset(
            {
                *("sequencesStarted", "sequencesCompleted", "bySequence.started", "bySequence.completed"),
                *("beatsStarted", "beatsCompleted", "byBeat", "handlersStarted", "byHandler", "requestIds"),
            }
        ),
        "a storm of deselections was still being written when the session was saved: the log goes on after the truth "
        "was taken",
    ),
}

_REQUEST_ID = re.compile(r"🆔 Request ID: (\S+)")
_BATON = re.compile(r"🎽 DataBaton: (?!No changes \| )(.*?) \| seq=")
_BEAT_TIMED = re.compile(r"PerformanceTracker: Beat (\d+) completed in ([\d.]+)ms")


@dataclass(frozen=True, slots=True)
class Account:
    """What happened in one session, as counted by one of the two sides."""

    totals: dict[str, int]
    by_sequence: dict[str, Counter[str]]
    by_beat: Counter[str]
    by_handler: Counter[str]
    request_ids: list[tuple[str, str]] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Return every figure under the name the exceptions use."""
        return {
            **self.totals,
            **{f"bySequence.{word}": dict(counts) for word, counts in self.by_sequence.items()},
            "byBeat": dict(self.by_beat),
            "byHandler": dict(self.by_handler),
            "requestIds": self.request_ids,
        }


def session_names(corpus: Path, folder: str) -> list[str]:
    """Return the sessions of a corpus folder, in order."""
    return sorted(path.name.removesuffix(".log") for path in (corpus / "logs" / folder).glob("*.log"))


def build_home(corpus: Path, home: Path) -> Path:
    """Ingest all logs of the corpus, read its declarations, build the warehouse; return the home."""
    return build_home_of([corpus / "logs" / folder for folder in FOLDERS], [corpus / "declared"], home)


def build_home_of(
    logs: list[Path],
    declared: list[Path],
    home: Path,
    code: Sequence[Path] = (),
    what: str = "tested",
    names: Sequence[str] = (),
) -> Path:
    """Ingest some logs, read declarations and code, have the warehouse built, or what is named; return the home."""
    options = IngestOptions(settle_seconds=0)
    ingest_logs(logs, home / "lake", options)
    scan_code(list(code), declared, [], home / "lake", ScanOptions())
    for table in PROJECT_TABLES:
        ensure_table(home / "lake", table)
    build_tables_in(home, *names, what=what)
    return home


def read_truth(path: Path) -> dict[str, Any]:
    """Return the truth file of a session."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        truth: dict[str, Any] = json.load(text)
    return truth


def account_of_truth(truth: dict[str, Any]) -> Account:
    """Count what the hook on the event bus saw."""
    summary = truth["summary"]
    words = ("started", "completed", "failed")
    names = ("sequencesStarted", "sequencesCompleted", "sequencesFailed", "sequencesCancelled")
    names += ("beatsStarted", "beatsCompleted", "beatsFailed", "handlersStarted")
    return Account(
        totals={name: summary[name] for name in names},
        by_sequence={
            word: Counter({name: counts[word] for name, counts in summary["bySequence"].items() if counts[word]})
            for word in words
        },
        by_beat=Counter({name: counts["n"] for name, counts in summary["byBeat"].items()}),
        by_handler=Counter({name: counts["started"] for name, counts in summary["byHandler"].items()}),
        request_ids=[
            (event["sequenceName"], event["requestId"])
            for event in truth["truth"]["events"]
            if event["n"] == "sequence-started"
        ],
    )


def account_of_marts(connection: duckdb.DuckDBPyConnection, session: str) -> Account:
    """Count what Sightline rebuilt from the log."""
    flows = _rows(connection, _FLOWS, session)
    beats = _rows(connection, _BEATS, session)
    handlers = [f"{plugin}.{handler}" for plugin, handler in _rows(connection, _HANDLERS, session)]
    flow_statuses = Counter(status for _, _, status in flows)
    beat_statuses = Counter(status for *_, status in beats)
    return Account(
        totals={
            "sequencesStarted": len(flows),
            "sequencesCompleted": flow_statuses["completed"],
            "sequencesFailed": flow_statuses["failed"],
            "sequencesCancelled": flow_statuses["cancelled"],
            "beatsStarted": len(beats),
            "beatsCompleted": beat_statuses["completed"],
            "beatsFailed": beat_statuses["failed"],
            "handlersStarted": len(handlers),
        },
        by_sequence={
            "started": Counter(name for name, _, _ in flows),
            "completed": Counter(name for name, _, status in flows if status == "completed"),
            "failed": Counter(name for name, _, status in flows if status == "failed"),
        },
        by_beat=Counter(f"{name}|{number}|{topic}" for name, number, topic, status in beats if status == "completed"),
        by_handler=Counter(handlers),
        request_ids=[(name, request_id) for name, request_id, _ in flows],
    )


def stated_beat_durations(log: str) -> list[tuple[int, float]]:
    """Return (beat number, milliseconds) of every completion the application's own tracker wrote, in order."""
    return [(int(number), float(duration)) for number, duration in _BEAT_TIMED.findall(log)]


def shown_request_ids(log: str) -> list[str]:
    """Return the request ids the log shows for flows that start, in order."""
    return _REQUEST_ID.findall(log)


def beat_durations(connection: duckdb.DuckDBPyConnection, session: str) -> list[tuple[int, float]]:
    """Return (beat number, milliseconds) of every completed beat execution, in order."""
    return _rows(connection, _DURATIONS, session)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, session: str) -> list[Any]:
    return connection.execute(query, [session]).fetchall()


_FLOWS = """
select sequence_name, request_id, status from marts.fct_flows
where session_name = ? and status <> 'never_started' order by line_number
"""
_BEATS = """
select sequence_name, beat_number, topic, status from marts.fct_beat_executions
where session_name = ? order by line_number
"""
_DURATIONS = """
select beat_number, duration_ms from marts.fct_beat_executions
where session_name = ? and status = 'completed' order by line_number
"""
_HANDLERS = """
select execution.plugin_name, execution.handler_name from marts.fct_handler_executions as execution
inner join marts.dim_sessions as session on execution.session_id = session.session_id
where session.session_name = ? order by execution.line_number
"""


def baton_changes(corpus: Path) -> Counter[tuple[str, str]]:
    """Count the signs and keys of all rows of the logs that say what changed in the baton."""
    changes: Counter[tuple[str, str]] = Counter()
    for folder in FOLDERS:
        for path in sorted((corpus / "logs" / folder).glob("*.log")):
            for row in _BATON.finditer(path.read_text(encoding="utf-8", errors="replace")):
                for part in re.split(r" (?=[~-])", row[1]):
                    changes.update((part[0], key) for key in part[1:].split(","))
    return changes
