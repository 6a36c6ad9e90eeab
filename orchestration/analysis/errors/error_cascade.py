"""Cause before consequence: which error record only repeats, or follows from, another.

A failure travels up (handler, beat, movement, flow), and each level reports it; a refused request fails the handler
that made it; a report spreads over several records. Every record is led back to its root. The rules look backwards
only, at records of the same flow or directly before. Whether two roots are the same error belongs to error_grouping.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from orchestration.analysis.errors.error_words import normalise_message, url_host

_NETWORK_WORDS = re.compile(
    r"(?i)\b(?:failed to fetch|fetch failed|networkerror|network error|socket hang up|load failed|err_[a-z_]+"
    r"|e(?:conn|host|net|ai_)[a-z_]+|etimedout|enotfound|timed? ?out|connection (?:refused|reset|closed|error)"
    r"|offline|dns)\b"
)
_CLASS_BEFORE = re.compile(r"^(?:Uncaught )?(?:\(in promise\) )?(?:[A-Za-z_$][\w$.]*(?:Error|Exception)|Error): ")
# A report that spans flow levels: the later ones repeat the earlier.
_LEVELS = {"handler_failed": 1, "beat_failed": 2, "movement_failed": 3, "flow_failed": 4}


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One error record. `flow` is None outside flows; `is_named`: its dialect gives it a meaning of its own."""

    error_id: str
    kind: str
    line_number: int
    line_count: int
    flow: int | None
    execution: int | None
    message: str
    error_class: str | None = None
    handler: str | None = None
    network_url: str | None = None
    is_named: bool = True
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Cause:
    """The root of a record's cascade, and in words why the record is a consequence; a root is its own root."""

    root_id: str
    reason: str | None = None


@dataclass(slots=True)
class _Flow:
    """What failed so far in one flow, the latest of each sort: one flow may fail in every line of a long log."""

    # By beat, then host, the latest host last.
    requests: dict[int | None, dict[str | None, ErrorRecord]] = field(default_factory=dict)
    last: ErrorRecord | None = None
    kinds: set[str] = field(default_factory=set)
    # By kind, words and beat, each of the last two also None for any; with the number of the failure.
    latest: dict[tuple[str, str | None, tuple[int | None] | None], tuple[int, ErrorRecord]] = field(
        default_factory=dict
    )
    failed_count: int = 0

    def add_request(self, request: ErrorRecord) -> None:
        hosts = self.requests.setdefault(request.execution, {})
        host = url_host(request.network_url)
        hosts.pop(host, None)
        hosts[host] = request

    def add_failure(self, record: ErrorRecord) -> None:
        self.last = record
        self.failed_count += 1
        self.kinds.add(record.kind)
        for words in {None, _words(record) if record.message else None}:
            for beat in (None, (record.execution,)):
                self.latest[record.kind, words, beat] = self.failed_count, record

    def find(
        self, kinds: Iterable[str], words: str | None = None, beat: tuple[int | None] | None = None
    ) -> ErrorRecord | None:
        """Return the latest failure of some kinds that says certain words, in a certain beat."""
        found = [self.latest[key] for kind in kinds if (key := (kind, words, beat)) in self.latest]
        return max(found, key=itemgetter(0))[1] if found else None


def find_causes(records: Sequence[ErrorRecord]) -> dict[str, Cause]:
    """Return the cause of every record of one session, given in line order."""
    causes: dict[str, Cause] = {}
    flows: dict[int, _Flow] = {}
    previous: ErrorRecord | None = None
    for record in records:
        flow = flows.setdefault(record.flow, _Flow()) if record.flow else _Flow()
        found = _cause(record, flow, previous)
        causes[record.error_id] = (
            Cause(record.error_id) if found is None else Cause(causes[found[0].error_id].root_id, found[1])
        )
        if record.kind == "network_failed":
            flow.add_request(record)
        elif record.severity == "error":
            flow.add_failure(record)
        previous = record
    return causes


def _cause(record: ErrorRecord, flow: _Flow, previous: ErrorRecord | None) -> tuple[ErrorRecord, str] | None:
    if record.kind == "network_failed":
        return None
    if record.kind in _LEVELS:
        return _lower_level(record, flow) or _failed_request(record, flow)
    if repeated := _repeated(record, flow):
        return repeated, "repeats an error of this flow"
    if not record.is_named and previous is not None and _follows_directly(previous, record):
        return previous, "continues the record before"
    if not record.is_named and record.severity == "error" and flow.last:
        return flow.last, "reports the failure of this flow again"
    return _failed_request(record, flow) if record.severity == "error" else None


def _lower_level(record: ErrorRecord, flow: _Flow) -> tuple[ErrorRecord, str] | None:
    """Return the failure below: of the same beat for a beat; for a movement or flow the latest that says the same."""
    if record.kind == "handler_failed":
        return None
    below = [kind for kind, level in _LEVELS.items() if level < _LEVELS[record.kind]]
    beat = (record.execution,) if record.kind == "beat_failed" else None
    # A handler that throws does not fail a movement: without a failed beat only the same words tie the two.
    beats = [kind for kind in below if kind != "handler_failed" or record.kind == "beat_failed"]
    found = flow.find(below, _words(record), beat) or flow.find(beats, beat=beat)
    return (found, f"the {found.kind.partition('_')[0]} below failed") if found else None


def _failed_request(record: ErrorRecord, flow: _Flow) -> tuple[ErrorRecord, str] | None:
    """Return the latest failed request of the same beat that the record speaks of, by host or by words."""
    text = f"{record.error_class or ''} {record.message}"
    speaks_of_network = _NETWORK_WORDS.search(text) is not None
    for host, request in reversed(flow.requests.get(record.execution, {}).items() if record.flow else ()):
        if speaks_of_network or (host and host in text.lower()):
            return request, "a network request of this beat failed"
    return None


def _repeated(record: ErrorRecord, flow: _Flow) -> ErrorRecord | None:
    if not record.message:
        return None
    return flow.find(flow.kinds - {record.kind}, _words(record))


def _words(record: ErrorRecord) -> str:
    # One level writes the class before the message, the next does not.
    return normalise_message(_CLASS_BEFORE.sub("", record.message))


def _follows_directly(previous: ErrorRecord, record: ErrorRecord) -> bool:
    return record.line_number == previous.line_number + previous.line_count
