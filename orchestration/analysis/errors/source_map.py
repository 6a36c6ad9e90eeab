"""Source maps: from a place in a built file back to the source (ECMA-426, the mappings' base64 VLQ).

Decoded on first use and only as far as lines and columns; names are not read. Finding the maps belongs to the
code scan.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_DIGITS = {
    digit: value for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_CONTINUES = 32
# `webpack://shop/`, `file://`, `vite:`: who read the source, and of which project; never a Windows drive.
_SCHEME = re.compile(r"^[a-zA-Z][\w+.-]+:(?://[^/]*(?=/)|//)?")
# A bundler names a module that swallowed others `./src/pay.ts + 3 modules`.
_MODULES = re.compile(r" \+ \d+ modules$")


@dataclass(frozen=True, slots=True)
class OriginalPlace:
    """A place in the source as the map names it; the line from 1."""

    source: str
    line: int


# Columns in rising order, and the places they stand for, by the built line from 0.
_Lines = dict[int, tuple[list[int], list[OriginalPlace]]]


class SourceMap:
    """One map, also one made of sections. A damaged one, or section, knows no place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: _Lines | None = None

    def find(self, line: int, column: int) -> OriginalPlace | None:
        """Return the original of a built place, both from 1: the last mapping at or before the column."""
        if self._lines is None:
            self._lines = _decode(self._text)
        columns, places = self._lines.get(line - 1, ([], []))
        at = bisect_right(columns, column - 1) - 1
        return places[at] if at >= 0 else None


def plain_source(root: str, source: str | None) -> str:
    """Return the path a source is named by, without what bundlers put around it.

    `webpack://shop/./src/pay.ts?1a2b`, `vite:/src/pay.ts`, `/@fs/ci/src/pay.ts` and `turbopack://[project]/src/pay.ts`
    all end in `src/pay.ts`; which file that is, is told by the ends of paths.
    """
    if source is None:
        return ""
    whole = source if not root or _SCHEME.match(source) else f"{root.rstrip('/')}/{source}"
    path = _SCHEME.sub("", whole).replace("\\", "/").partition("?")[0]
    path = _MODULES.sub("", unquote(path).removeprefix("/@fs"))
    return "/".join(part for part in path.split("/") if part not in ("", ".", ".."))


def _decode(text: str) -> _Lines:
    try:
        content = json.loads(text)
        sections = content["sections"] if isinstance(content.get("sections"), list) else None
    except (ValueError, AttributeError, RecursionError):
        return {}
    if sections is None:
        return _decode_map(content)
    lines: _Lines = {}
    for section in sections:
        _add_section(section, lines)
    return lines


def _add_section(section: Any, lines: _Lines) -> None:
    """Add the mappings of a section at its offset (ECMA-426, index maps)."""
    try:
        line, column = int(section["offset"]["line"]), int(section["offset"]["column"])
        inner = _decode_map(section["map"])
    except (ValueError, KeyError, TypeError):
        return
    for number, (columns, places) in inner.items():
        known_columns, known_places = lines.setdefault(line + number, ([], []))
        known_columns += [column + found if number == 0 else found for found in columns]
        known_places += places


def _decode_map(content: Any) -> _Lines:
    try:
        root = content.get("sourceRoot") or ""
        return _decode_mappings(content["mappings"], [plain_source(root, source) for source in content["sources"]])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {}


def _decode_mappings(mappings: str, sources: list[str]) -> _Lines:
    lines: _Lines = {}
    source = original_line = 0
    for number, row in enumerate(mappings.split(";")):
        columns: list[int] = []
        places: list[OriginalPlace] = []
        column = 0
        for segment in filter(None, row.split(",")):
            values = _decode_vlq(segment)
            column += values[0]
            if len(values) >= 4:
                source += values[1]
                original_line += values[2]
                columns.append(column)
                places.append(OriginalPlace(sources[source], original_line + 1))
        if columns:
            lines[number] = (columns, places)
    return lines


def _decode_vlq(segment: str) -> list[int]:
    values = []
    value = shift = 0
    for digit in segment:
        bits = _DIGITS[digit]
        value += (bits & (_CONTINUES - 1)) << shift
        shift += 5
        if not bits & _CONTINUES:
            values.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return values
