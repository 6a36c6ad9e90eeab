"""Read dialects from TOML files and check them: every mistake is a DialectError naming file and key.

Inheritance (`extends`) is resolved here: a dialect takes everything it does not give itself from its parent, and
the parent's rules after its own. What a dialect is: dialect.py.
"""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.domain.errors import DialectError
from orchestration.domain.signals import SIGNALS
from orchestration.domain.tables import RECORD_FIELDS
from orchestration.given_files import MEBIBYTE, read_given
from orchestration.log_ingest.dialect import SEVERITIES, WRAPPED, Detection, Dialect, Entry, Rule

BUILT_IN_FOLDER = Path(__file__).parent / "dialects"
ENTRY_FIELDS = frozenset({"source_file_name", "source_line_number", "emitted_at", "severity", "message"})
RULE_FIELDS = frozenset({field.name for field in RECORD_FIELDS} | {"emitted_at"})
_SIGNAL_NAMES = frozenset(signal.name for signal in SIGNALS)
_MOST_BYTES = 4 * MEBIBYTE
TOP_KEYS = {"name", "title", "extends", "is_abstract", "correlation", "detect", "entry", "continuation", "rules"}
RULE_KEYS = {"message_type", "signal", "starts_with", "pattern", "severity", "set", "detail"}


def load_dialects(folders: Sequence[Path] = ()) -> tuple[Dialect, ...]:
    """Return the concrete dialects of the built-in folder and of `folders`, sorted by name, and the one without any.

    Raises DialectError when a file is not valid or two files give the same name.
    """
    documents: dict[str, _Document] = {}
    for path in [path for folder in (BUILT_IN_FOLDER, *folders) for path in sorted(folder.glob("*.toml"))]:
        document = _read(path)
        if document.name == WRAPPED.name:
            raise document.error("name", f"{WRAPPED.name!r} is kept for logs no dialect knows")
        if document.name in documents:
            raise document.error("name", f"{document.name!r} is also the name in {documents[document.name].path.name}")
        documents[document.name] = document
    dialects = [_build(document, documents) for _, document in sorted(documents.items())]
    return (*(dialect for dialect in dialects if not dialect.is_abstract), WRAPPED)


@dataclass(frozen=True, slots=True)
class _Document:
    """The tables of one file, and how to complain about them."""

    path: Path
    name: str
    tables: dict[str, Any]

    def error(self, key: str, problem: str) -> DialectError:
        return DialectError(" ".join(f"{self.path}: {key}: {problem}.".splitlines()))


def _read(path: Path) -> _Document:
    try:
        tables = tomllib.loads(read_given(path, _MOST_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DialectError(" ".join(f"{path}: not readable as TOML: {error}.".splitlines())) from error
    name = tables.get("name")
    document = _Document(path, str(name), tables)
    if not isinstance(name, str) or not name:
        raise document.error("name", "a dialect needs a name")
    _only_keys(document, "", tables, TOP_KEYS)
    return document


def _build(document: _Document, documents: dict[str, _Document]) -> Dialect:
    lineage = _lineage(document, documents)
    merged: dict[str, Any] = {}
    for ancestor in reversed(lineage):
        inherited = ancestor.tables
        merged |= {key: value for key, value in inherited.items() if key not in ("rules", "is_abstract")}
    rules: dict[str, Rule] = {}
    for member in lineage:
        # A rule of the parent with the same message type is hidden by the child's.
        for rule in _rules(member):
            rules.setdefault(rule.message_type, rule)
    own = document.tables
    is_abstract = own.get("is_abstract", False)
    if not isinstance(is_abstract, bool):
        raise document.error("is_abstract", "must be true or false")
    if not is_abstract:
        _require(document, merged)
    return Dialect(
        name=document.name,
        title=_text(document, "title", merged.get("title", document.name)),
        correlation=_correlation(document, merged.get("correlation", "sequential")),
        entry=_entry(document, merged.get("entry")),
        detection=_detection(document, merged.get("detect", {})),
        continuation_patterns=_continuation(document, merged.get("continuation", {})),
        rules=tuple(rules.values()),
        is_abstract=is_abstract,
        digest=_digest([member.tables for member in lineage]),
    )


def _lineage(document: _Document, documents: dict[str, _Document]) -> list[_Document]:
    lineage = [document]
    while (parent := lineage[-1].tables.get("extends")) is not None:
        if _text(lineage[-1], "extends", parent) not in documents:
            raise lineage[-1].error("extends", f"no dialect is called {parent!r}")
        if documents[parent] in lineage:
            raise document.error("extends", "a dialect cannot extend itself")
        lineage.append(documents[parent])
    return lineage


def _require(document: _Document, merged: dict[str, Any]) -> None:
    for key in ("entry", "detect"):
        if key not in merged:
            raise document.error(key, "missing; only a file with is_abstract = true may leave it out")


def _entry(document: _Document, table: Any) -> Entry:
    if table is None:
        return Entry(patterns=())
    _only_keys(document, "entry.", table, {"pattern", "time", "severity"})
    time = table.get("time", {})
    _only_keys(document, "entry.time.", time, {"format"})
    severities = _table(document, "entry.severity", table.get("severity", {}))
    for word, severity in severities.items():
        _severity(document, f"entry.severity.{word}", severity)
    patterns = _patterns(document, "entry.pattern", table.get("pattern"), ENTRY_FIELDS)
    if not patterns:
        raise document.error("entry.pattern", "missing")
    for pattern in patterns:
        if not pattern.startswith("^"):
            raise document.error("entry.pattern", f"must begin with ^: {pattern!r}")
    return Entry(
        patterns=patterns,
        time_format=None if "format" not in time else _text(document, "entry.time.format", time["format"]),
        severities=tuple(severities.items()),
    )


def _detection(document: _Document, table: Any) -> Detection:
    _only_keys(document, "detect.", table, {"patterns", "messages", "min_share", "priority"})
    share, priority = table.get("min_share", 0.3), table.get("priority", 0)
    if not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise document.error("detect.min_share", "must be a number above 0 and at most 1")
    if not isinstance(priority, int):
        raise document.error("detect.priority", "must be a whole number")
    return Detection(
        _patterns(document, "detect.patterns", table.get("patterns", [])),
        _patterns(document, "detect.messages", table.get("messages", [])),
        float(share),
        priority,
    )


def _continuation(document: _Document, table: Any) -> tuple[str, ...]:
    _only_keys(document, "continuation.", table, {"patterns"})
    return _patterns(document, "continuation.patterns", table.get("patterns", []))


def _rules(document: _Document) -> list[Rule]:
    tables = document.tables.get("rules", [])
    if not isinstance(tables, list):
        raise document.error("rules", "must be written as [[rules]]")
    rules = [_rule(document, f"rules[{number}]", table) for number, table in enumerate(tables, 1)]
    names = [rule.message_type for rule in rules]
    for name in names:
        if names.count(name) > 1 or name == "other":
            raise document.error("rules", f"message_type {name!r} is given twice or reserved")
    return rules


def _rule(document: _Document, key: str, table: Any) -> Rule:
    _only_keys(document, f"{key}.", table, RULE_KEYS)
    message_type = _text(document, f"{key}.message_type", table.get("message_type"))
    key = f"{key} ({message_type})"
    signal = table.get("signal")
    if signal is not None and signal not in _SIGNAL_NAMES:
        raise document.error(f"{key}.signal", f"{signal!r} is no signal of domain/signals.py")
    starts = _texts(document, f"{key}.starts_with", table.get("starts_with", []))
    if not starts and "pattern" not in table:
        raise document.error(key, "needs starts_with or pattern")
    detail = table.get("detail", {})
    _only_keys(document, f"{key}.detail.", detail, {"pattern"})
    return Rule(
        message_type=message_type,
        signal=signal,
        starts_with=starts,
        patterns=_patterns(document, f"{key}.pattern", table.get("pattern"), RULE_FIELDS),
        severity=None if "severity" not in table else _severity(document, f"{key}.severity", table["severity"]),
        constants=_constants(document, f"{key}.set", table.get("set", {})),
        detail_pattern=next(
            iter(_patterns(document, f"{key}.detail.pattern", detail.get("pattern"), RULE_FIELDS)), None
        ),
    )


def _constants(document: _Document, key: str, table: Any) -> tuple[tuple[str, str], ...]:
    for name in _table(document, key, table):
        if name not in RULE_FIELDS:
            raise document.error(f"{key}.{name}", "is no field of a record")
    return tuple((name, str(value)) for name, value in table.items())


def _patterns(document: _Document, key: str, value: Any, fields: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(_pattern(document, key, text, fields) for text in _texts(document, key, value))


def _texts(document: _Document, key: str, value: Any) -> tuple[str, ...]:
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) and text for text in values):
        raise document.error(key, "must be a text or a list of texts")
    return tuple(values)


def _pattern(document: _Document, key: str, value: Any, fields: frozenset[str]) -> str:
    pattern = _text(document, key, value)
    try:
        groups = _group_names(pattern)
    except pl.exceptions.ComputeError as error:
        # Of the many lines of the engine the last says what is wrong.
        words = str(error).strip().splitlines()[-1].removeprefix("error: ")
        raise document.error(key, f"is no valid pattern: {words}: {pattern}") from error
    if unknown := sorted(set(groups) - fields):
        raise document.error(key, f"captures {', '.join(unknown)}, which is no field here")
    return pattern


@cache
def _group_names(pattern: str) -> list[str]:
    # The engine that will run the pattern is the one to judge it: linear time, no look-around, no back-references.
    found = pl.Series([""]).str.extract_groups(f"(?:{pattern})(?P<_end>)")
    return [name for name in found.struct.fields if not name.isdecimal() and name != "_end"]


def _correlation(document: _Document, value: Any) -> Any:
    if value not in ("sequential", "request_id"):
        raise document.error("correlation", "must be sequential or request_id")
    return value


def _severity(document: _Document, key: str, value: Any) -> str:
    if value not in SEVERITIES:
        raise document.error(key, f"must be one of {', '.join(SEVERITIES)}")
    return str(value)


def _text(document: _Document, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise document.error(key, "must be a text")
    return value


def _only_keys(document: _Document, prefix: str, table: Any, known: set[str]) -> None:
    for key in _table(document, prefix.rstrip("."), table):
        if key not in known:
            raise document.error(f"{prefix}{key}", f"unknown key; known here: {', '.join(sorted(known))}")


def _table(document: _Document, key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise document.error(key, "must be a table")
    return value


def _digest(tables: list[dict[str, Any]]) -> str:
    text = json.dumps(tables, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
