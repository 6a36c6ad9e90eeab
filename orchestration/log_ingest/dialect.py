"""What a dialect is: how the records of one family of logs begin, and which messages they carry.

Frozen data only. Reading and checking the files is dialect_file.py, applying them recognition.py, records.py and
matching.py. The format for people: docs_site/docs/how-to/add-a-dialect.md.
"""

from dataclasses import dataclass, field
from typing import Literal

# Of records, as the log says them; what people read of findings is domain/severity.py.
SEVERITIES = ("debug", "info", "warning", "error")
Correlation = Literal["sequential", "request_id"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of message: a literal start, a pattern, or both; what it means and which fields it carries."""

    message_type: str
    signal: str | None = None
    starts_with: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    severity: str | None = None
    constants: tuple[tuple[str, str], ...] = ()
    detail_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How a record's first line begins: the first pattern that matches."""

    patterns: tuple[str, ...]
    time_format: str | None = None
    severities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """How a log of this dialect is told from others: by its lines, or by messages only this dialect has."""

    patterns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    min_share: float = 0.3
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect, what it inherits included; `digest` changes when anything that shapes its rows does."""

    name: str
    title: str
    correlation: Correlation
    entry: Entry
    detection: Detection = field(default_factory=Detection)
    continuation_patterns: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    is_abstract: bool = False
    digest: str = ""


# Of a log with times around messages that no dialect knows: each is a record, and means nothing yet.
WRAPPED = Dialect(
    name="wrapped",
    title="times and levels only: no dialect knows the messages",
    correlation="sequential",
    entry=Entry(patterns=()),
    digest="1",
)
