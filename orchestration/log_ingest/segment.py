"""A segment: consecutive whole lines of one log, as clean UTF-8 with one LF per line, and what each line was before.

Bytes in, arrays out; no loop runs over lines. Where segments come from is log_feed.py, what lines mean records.py.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pyarrow as pa

from orchestration.log_ingest.texts import Numbers

LF, CR = 10, 13
# What is kept of a line too long to keep: enough for the characters that rejected_lines shows.
KEPT_BYTE_COUNT = 8000
# What a segment costs grows with its lines too. Real logs have half of this in a block of 8 MiB.
MOST_LINES = 1 << 17
_COUNTED_BYTE_COUNT = 1 << 16


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines of a log.

    `ends` says where each ends in `data`, after its LF; what follows the last one in `data` is not the segment's.
    `starts` (offsets) and `byte_counts` (without terminator) are those of the log's own bytes.

    `flaws` names the lines that cannot be part of a record, by their place in the segment.
    """

    data: bytes
    ends: Numbers
    starts: Numbers
    byte_counts: Numbers
    first_line_number: int
    is_last: bool = False
    # The last record may be given back, to come again with what follows it.
    may_wait: bool = True
    replaced_counts: Numbers | None = None
    flaws: dict[int, str] = field(default_factory=dict)

    @property
    def line_count(self) -> int:
        """Return the number of lines."""
        return len(self.starts)

    @property
    def text_byte_count(self) -> int:
        """Return the number of bytes of `data` that are the lines'."""
        return int(self.ends[-1]) if len(self.ends) else 0

    @property
    def lines(self) -> pl.Series:
        """Return the lines, each with its LF."""
        offsets = pa.py_buffer(np.concatenate([np.zeros(1, np.int64), self.ends]).data)
        return pl.Series(
            pl.from_arrow(pa.LargeStringArray.from_buffers(self.line_count, offsets, pa.py_buffer(self.data)))
        )

    def cut(self, first: int, end: int) -> "Segment":
        """Return the lines from place `first` to before `end`."""
        begin = int(self.ends[first - 1]) if first else 0
        stop = int(self.ends[end - 1]) if end else 0
        return Segment(
            data=self.data[begin:stop] if begin else self.data,
            ends=self.ends[first:end] - begin,
            starts=self.starts[first:end],
            byte_counts=self.byte_counts[first:end],
            first_line_number=self.first_line_number + first,
            is_last=self.is_last and end == self.line_count,
            replaced_counts=_slice(self.replaced_counts, first, end),
            flaws={place - first: flaw for place, flaw in self.flaws.items() if first <= place < end},
        )


def _slice(values: Numbers | None, first: int, end: int) -> Numbers | None:
    return None if values is None else values[first:end]


def make_segment(data: bytes, offset: int, first_line_number: int, byte_count: int | None = None) -> Segment:
    """Return the lines of `data`, which begins at byte `offset` of the log; a last line may lack its terminator.

    With `byte_count` those of its first bytes only: the others are not copied away where nothing else asks for it.
    """
    whole = memoryview(data)[:byte_count]
    has_cr = b"\r" in data
    ends = line_ends(whole, has_cr=has_cr)
    is_open = len(whole) > 0 and (not len(ends) or int(ends[-1]) < len(whole))
    if is_open:
        ends = np.append(ends, len(whole))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
    counts = ends - starts - _terminator_sizes(whole, ends, is_open=is_open, has_cr=has_cr)
    if not has_cr and not is_open and _is_utf8(whole):
        return Segment(data, ends, starts + offset, counts, first_line_number)
    text = bytes(whole).replace(b"\r\n", b"\n").replace(b"\r", b"\n") + (b"\n" if is_open else b"")
    replaced = None
    if not _is_utf8(text):
        text, replaced = _repaired(text)
    return Segment(text, _feeds(text), starts + offset, counts, first_line_number, replaced_counts=replaced)


def with_long_line(segment: Segment, head: bytes, offset: int, byte_count: int) -> Segment:
    """Return the segment with a line before it of which only `head` was kept."""
    kept = head[:KEPT_BYTE_COUNT].decode("utf-8", "replace").encode() + b"\n"
    replaced = segment.replaced_counts
    return replace(
        segment,
        data=kept + segment.data,
        ends=np.concatenate([np.array([len(kept)], np.int64), segment.ends + len(kept)]),
        starts=np.concatenate([np.array([offset], np.int64), segment.starts]),
        byte_counts=np.concatenate([np.array([byte_count], np.int64), segment.byte_counts]),
        replaced_counts=None if replaced is None else np.concatenate([np.zeros(1, np.int64), replaced]),
        flaws={0: "too_long"},
    )


def line_ends(data: bytes | memoryview, *, has_cr: bool) -> Numbers:
    """Return the offsets just after each line terminator: LF, CRLF, or a lone CR."""
    view = np.frombuffer(data, np.uint8)
    is_end = view == LF
    if has_cr and len(view):
        is_cr = view == CR
        is_end[:-1] |= is_cr[:-1] & (view[1:] != LF)
        is_end[-1] |= is_cr[-1]
    return np.flatnonzero(is_end) + 1


def end_of_lines(data: bytes, most: int) -> int:
    """Return the offset after some of the first lines, about `most`; 0 when there are not so many."""
    count, end = 0, 0
    while end < len(data):
        start, end = end, end + _COUNTED_BYTE_COUNT
        count += data.count(b"\n", start, end) + data.count(b"\r", start, end)
        if count >= most:
            return certain_end(data, min(end, len(data)))
    return 0


def certain_end(data: bytes, end: int | None = None) -> int:
    """Return the offset after the last terminator before `end` that later bytes cannot change; 0 when there is none."""
    # A CR at the very end may be the first half of a CRLF.
    end = len(data) if end is None else end
    return max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, max(0, end - 1))) + 1


def _feeds(text: bytes) -> Numbers:
    return np.flatnonzero(np.frombuffer(text, np.uint8) == LF) + 1


def _terminator_sizes(data: memoryview, ends: Numbers, *, is_open: bool, has_cr: bool) -> Numbers:
    sizes = np.ones(len(ends), np.int64)
    if has_cr and len(ends):
        view = np.frombuffer(data, np.uint8)
        sizes += (view[ends - 1] == LF) & (ends >= 2) & (view[np.maximum(ends - 2, 0)] == CR)
    if is_open:
        sizes[-1] = 0
    return sizes


def _is_utf8(data: bytes | memoryview) -> bool:
    if not len(data):
        return True
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64).data)
    whole = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _repaired(text: bytes) -> tuple[bytes, Numbers]:
    """Replace invalid sequences by U+FFFD; return how many in each line. Line feeds are never touched."""
    repaired = text.decode("utf-8", "replace").encode()
    return repaired, _replacement_counts(repaired) - _replacement_counts(text)


def _replacement_counts(text: bytes) -> Numbers:
    view = np.frombuffer(text, np.uint8)
    places = np.flatnonzero((view[:-2] == 0xEF) & (view[1:-1] == 0xBF) & (view[2:] == 0xBD))
    ends = _feeds(text)
    return np.bincount(np.searchsorted(ends, places, side="right"), minlength=len(ends)).astype(np.int64)


EMPTY_SEGMENT = Segment(b"", np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), 1, is_last=True)
