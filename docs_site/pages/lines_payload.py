"""A session's log lines as the JSON that assets/lines.js shows: a column per property, in chunks of whole records.

Texts are stored once per chunk and referred to by number. Rejected lines stand among the records, at their place.
Reading the lake belongs to lines_load.py, the page to lines.py.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from docs_site.html.side_file import Strings

CHUNK_RECORDS = 20_000
# Twenty thousand records are some 3 MB of log; of long ones a chunk holds fewer.
CHUNK_BYTES = 8_000_000
# One record of megabytes must not make a page that nobody can open; the log itself has the rest.
LONGEST_TEXT = 20_000
SEVERITIES = ("debug", "info", "warning", "error", "rejected")
_GRAVE = SEVERITIES.index("warning")
# Numbers of these columns are texts' numbers; the rest are plain.
_TEXT_COLUMNS = ("source_file_name", "message_type", "signal", "message", "detail")


@dataclass(frozen=True, slots=True)
class SessionLines:
    """The records and rejected lines of a chunk in line order: equally long columns, and the parsed fields.

    `fields` holds for each field name its value per record, null where it has none.
    """

    columns: Mapping[str, Sequence[Any]]
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Links:
    """Where names in the log lead: handlers to their pages, source files to their paths in the scanned code."""

    handlers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a session's lines: `row_count` physical lines, from `first_line` to `last_line`.

    `grave_count` records are warnings or worse; `signals` says how many records have which.
    """

    number: int
    first_line: int
    last_line: int
    row_count: int
    record_count: int
    grave_count: int
    signals: Mapping[str, int]
    payload: dict[str, Any]


def cut_lines(
    line_numbers: npt.NDArray[Any],
    byte_counts: npt.NDArray[Any],
    most: int = CHUNK_RECORDS,
    most_bytes: int = CHUNK_BYTES,
) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line number of each chunk; the numbers rise, and each record is in one chunk."""
    sums = np.cumsum(byte_counts, dtype=np.int64)
    start, count = 0, len(line_numbers)
    while start < count:
        before = int(sums[start - 1]) if start else 0
        end = min(start + most, int(np.searchsorted(sums, before + most_bytes, side="right")), count)
        end = max(end, start + 1)
        yield int(line_numbers[start]), int(line_numbers[end - 1])
        start = end


def build_chunks(parts: Iterable[SessionLines], links: Links) -> Iterator[Chunk]:
    """Yield the session's chunks in order."""
    for number, part in enumerate(parts):
        yield _chunk(number, part, links)


def _chunk(number: int, lines: SessionLines, links: Links) -> Chunk:
    strings = Strings()
    columns = {name: list(values) for name, values in lines.columns.items()}
    payload: dict[str, Any] = {
        "line": columns["line_number"],
        "at": columns["at_ms"],
        "severity": [SEVERITIES.index(word) for word in columns["severity"]],
        "sourceLine": columns["source_line_number"],
    }
    for name in _TEXT_COLUMNS:
        columns[name] = [_cut(text) for text in columns[name]]
        payload[_camel(name)] = strings.numbers(columns[name])
    payload["fieldNames"] = list(lines.fields)
    payload["fields"] = _flat_fields(lines.fields, strings)
    payload["handlers"] = _handler_links(lines.fields, links, strings)
    payload["sources"] = [
        [strings.number(name), strings.number(links.sources[name])]
        for name in sorted({str(name) for name in columns["source_file_name"] if name} & links.sources.keys())
    ]
    payload["strings"] = strings.texts
    rows = [1 + (text.count("\n") + 1 if text else 0) for text in columns["detail"]]
    last = columns["line_number"][-1] + rows[-1] - 1
    grave = sum(severity >= _GRAVE for severity in payload["severity"])
    signals = Counter(signal for signal in columns["signal"] if signal)
    return Chunk(number, columns["line_number"][0], last, sum(rows), len(rows), grave, signals, payload)


def _flat_fields(parsed: Mapping[str, Sequence[Any]], strings: Strings) -> list[int]:
    """Return record, field and text number of every value that is there, one after the other."""
    flat: list[int] = []
    for place, values in enumerate(parsed.values()):
        for record, value in enumerate(values):
            if value is not None:
                flat += (record, place, strings.number(_cut(_shown(value))))
    return flat


def _handler_links(parsed: Mapping[str, Sequence[Any]], links: Links, strings: Strings) -> list[list[int]]:
    # A log cut early may name plugins and no handler yet: a field without any value has no column.
    names = zip(parsed.get("plugin_name", ()), parsed.get("handler_name", ()), strict=False)
    known = sorted({(plugin, handler) for plugin, handler in names if plugin and handler} & links.handlers.keys())
    return [[strings.number(p), strings.number(h), strings.number(links.handlers[p, h])] for p, h in known]


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\u2026 ({len(text) - LONGEST_TEXT} more characters)"


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
