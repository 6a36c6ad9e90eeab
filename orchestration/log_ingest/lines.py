"""Blocks of bytes to frames of lines: one row per physical line, its text clean, its place and length known.

A line ends with LF, CRLF or a lone CR. Text is valid UTF-8 without terminator and ANSI codes; invalid sequences are
U+FFFD and counted. `flaw` says why a line cannot be part of a record (too_long, binary, damaged). No loop runs over
lines. What lines mean is records.py.
"""

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

LF, CR = 10, 13
UTF8_BOM = b"\xef\xbb\xbf"
# What is kept of a line too long to keep, and of a rejected line.
KEPT_CHARACTER_COUNT = 2000
_KEPT_BYTE_COUNT = KEPT_CHARACTER_COUNT * 4
_ANSI = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])"

Offsets = NDArray[np.int64]


class LineSplitter:
    """Splits blocks that follow each other; holds an unfinished last line until its end comes."""

    def __init__(self, max_line_byte_count: int, offset: int = 0, line_number: int = 1) -> None:
        """Begin at byte `offset` of the content, where line `line_number` begins."""
        self._max = max_line_byte_count
        self._offset = offset
        self._line_number = line_number
        self._rest = b""
        self._skipped = 0
        self._open_cr = b""

    @property
    def rest_byte_count(self) -> int:
        """Return the bytes of the unfinished last line."""
        return max(self._skipped, len(self._rest))

    @property
    def end_offset(self) -> int:
        """Return the offset after the last finished line."""
        return self._offset

    def add(self, block: bytes) -> pl.DataFrame:
        """Return the lines that `block` finishes."""
        if self._offset == 0 and not self._rest and block.startswith(UTF8_BOM):
            block, self._offset = block[len(UTF8_BOM) :], len(UTF8_BOM)
        frames = []
        block, self._open_cr = self._open_cr + block, b""
        if self._skipped:
            block, skipped = self._skip(block)
            frames.append(skipped)
        data = self._rest + block if self._rest and not self._skipped else block
        if data and not self._skipped:
            frames.append(self._split(data, is_last=False))
        return pl.concat(frames) if frames else no_lines()

    def finish(self) -> pl.DataFrame:
        """Return the last line, which has no terminator; a lone CR at the very end is one."""
        if self._skipped:
            return self._long_line(len(self._open_cr))
        data, self._rest = self._rest, b""
        return self._split(data, is_last=True) if data else no_lines()

    def _split(self, data: bytes, *, is_last: bool) -> pl.DataFrame:
        ends = _line_ends(data, is_last=is_last)
        if is_last and (not len(ends) or ends[-1] != len(data)):
            ends = np.append(ends, len(data))
        cut = int(ends[-1]) if len(ends) else 0
        self._hold(data[cut:])
        if not len(ends):
            return no_lines()
        frame = _line_frame(data[:cut], ends, self._offset, self._line_number, self._max)
        self._offset += cut
        self._line_number += len(ends)
        return frame

    def _hold(self, rest: bytes) -> None:
        self._rest = rest
        # A CR at the very end may be the first half of a CRLF: it is not skipped over before that is known.
        if len(rest) > self._max and not rest.endswith(b"\r"):
            self._rest, self._skipped = rest[:_KEPT_BYTE_COUNT], len(rest)

    def _skip(self, block: bytes) -> tuple[bytes, pl.DataFrame]:
        """Drop the bytes of a line too long to keep, up to its end."""
        places = [place for place in (block.find(b"\n"), block.find(b"\r")) if place >= 0]
        if not places:
            self._skipped += len(block)
            return b"", no_lines()
        place = min(places)
        self._skipped += place
        if block[place:] == b"\r":
            # Whether an LF follows is not known yet.
            self._open_cr = b"\r"
            return b"", no_lines()
        terminator = 2 if block[place : place + 2] == b"\r\n" else 1
        return block[place + terminator :], self._long_line(terminator)

    def _long_line(self, terminator_byte_count: int) -> pl.DataFrame:
        head, length = self._rest, self._skipped
        self._rest, self._skipped = b"", 0
        ends = np.array([len(head)], dtype=np.int64)
        frame = _line_frame(head, ends, self._offset, self._line_number, self._max)
        self._offset += length + terminator_byte_count
        self._line_number += 1
        return frame.with_columns(byte_count=pl.lit(length, pl.Int64), flaw=pl.lit("too_long"))


def no_lines() -> pl.DataFrame:
    """Return a frame of lines with no line."""
    return pl.DataFrame(
        schema={
            "line_text": pl.String,
            "line_number": pl.Int64,
            "byte_count": pl.Int64,
            "start_offset": pl.Int64,
            "replaced_count": pl.Int64,
            "flaw": pl.String,
        }
    )


def _line_ends(data: bytes, *, is_last: bool) -> Offsets:
    """Return the offsets just after each line terminator."""
    view = np.frombuffer(data, np.uint8)
    if b"\r" not in data:
        return np.flatnonzero(view == LF) + 1
    is_cr = view == CR
    is_lone = is_cr[:-1] & (view[1:] != LF)
    is_end = view == LF
    is_end[:-1] |= is_lone
    is_end[-1] |= is_cr[-1] and is_last
    return np.flatnonzero(is_end) + 1


def _line_frame(data: bytes, ends: Offsets, offset: int, line_number: int, max_byte_count: int) -> pl.DataFrame:
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    text, replaced = _texts(data, ends)
    sizes = ends - starts - _terminator_sizes(data, ends)
    frame = pl.DataFrame(
        {
            "line_text": text,
            "line_number": np.arange(line_number, line_number + len(ends), dtype=np.int64),
            "byte_count": sizes,
            "start_offset": starts + offset,
            "replaced_count": replaced,
        },
    ).with_columns(flaw=pl.lit(None, pl.String))
    if b"\0" in data:
        is_binary = pl.col("line_text").str.contains("\0", literal=True)
        frame = frame.with_columns(flaw=pl.when(is_binary).then(pl.lit("binary")))
    if int(sizes.max()) > max_byte_count:
        is_too_long = pl.col("byte_count") > max_byte_count
        frame = frame.with_columns(
            line_text=pl.when(is_too_long).then(pl.col("line_text").str.head(KEPT_CHARACTER_COUNT)).otherwise("line_text"),
            flaw=pl.when(is_too_long).then(pl.lit("too_long")).otherwise("flaw"),
        )
    return frame


def _terminator_sizes(data: bytes, ends: Offsets) -> Offsets:
    view = np.frombuffer(data, np.uint8)
    last = view[np.maximum(ends - 1, 0)]
    sizes = ((last == LF) | (last == CR)).astype(np.int64)
    if b"\r" in data:
        sizes += (last == LF) & (ends >= 2) & (view[np.maximum(ends - 2, 0)] == CR)
    return sizes


def _texts(data: bytes, ends: Offsets) -> tuple[pl.Series, Offsets]:
    """Return the text of each line and how many invalid sequences were replaced in it."""
    replaced = np.zeros(len(ends), np.int64)
    if not _is_utf8(data):
        repaired = data.decode("utf-8", "replace").encode()
        # Replacement never touches CR or LF, so that the lines stay the same.
        new_ends = _line_ends(repaired, is_last=True)
        if not len(new_ends) or new_ends[-1] != len(repaired):
            new_ends = np.append(new_ends, len(repaired))
        replaced = _replacement_counts(repaired, new_ends) - _replacement_counts(data, ends)
        data, ends = repaired, new_ends
    offsets = np.concatenate([np.zeros(1, np.int64), ends])
    array = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    text = pl.Series(pl.from_arrow(array)).str.strip_chars_end("\r\n")
    return (text.str.replace_all(_ANSI, "") if b"\x1b" in data else text), replaced


def _is_utf8(data: bytes) -> bool:
    whole = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data)]
    )
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _replacement_counts(data: bytes, ends: Offsets) -> Offsets:
    view = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((view[:-2] == 0xEF) & (view[1:-1] == 0xBF) & (view[2:] == 0xBD))
    return np.bincount(np.searchsorted(ends, places, side="right"), minlength=len(ends)).astype(np.int64)
