"""Source maps: from a place in a built file back to the source (ECMA-426, the mappings' base64 VLQ).

Decoded on first use and only as far as lines and columns; names are not read. Finding the maps belongs to the
code scan.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass

_DIGITS = {
    digit: value for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_CONTINUES = 32


@dataclass(frozen=True, slots=True)
class OriginalPlace:
    """A place in the source as the map names it; the line from 1."""

    source: str
    line: int


class SourceMap:
    """One map. A damaged one knows no place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: list[tuple[list[int], list[OriginalPlace]]] | None = None

    def find(self, line: int, column: int) -> OriginalPlace | None:
        """Return the original of a built place, both from 1: the last mapping at or before the column."""
        if self._lines is None:
            self._lines = _decode(self._text)
        if not 1 <= line <= len(self._lines):
            return None
        columns, places = self._lines[line - 1]
        at = bisect_right(columns, column - 1) - 1
        return places[at] if at >= 0 else None


def _decode(text: str) -> list[tuple[list[int], list[OriginalPlace]]]:
    try:
        content = json.loads(text)
        root = content.get("sourceRoot") or ""
        sources = [f"{root}{source}" for source in content["sources"]]
        return _decode_mappings(content["mappings"], sources)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return []


def _decode_mappings(mappings: str, sources: list[str]) -> list[tuple[list[int], list[OriginalPlace]]]:
    lines = []
    source = original_line = 0
    for row in mappings.split(";"):
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
        lines.append((columns, places))
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
