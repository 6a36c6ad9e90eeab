"""Read one log from disk, segment after segment; decide about ends that are unfinished, overlong or damaged.

What the taker leaves of a segment (its last record, whose end is not yet known) comes again at the start of the next.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestration.given_files import open_given
from orchestration.log_ingest.byte_stream import (
    DIGEST_BYTE_COUNT,
    FINGERPRINT_BYTE_COUNT,
    ByteStream,
    ContentDigest,
)
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.ledger_entry import LedgerEntry
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.segment import (
    KEPT_BYTE_COUNT,
    MOST_LINES,
    Segment,
    certain_end,
    end_of_lines,
    make_segment,
    with_long_line,
)

UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class LogJob:
    """A log to be read: whole, or when `grown_from` is given from that entry's resumption on."""

    source: LogSource
    size: int
    modified_ns: int
    log_file_id: str = ""
    grown_from: LedgerEntry | None = None


@dataclass(slots=True)
class _LongLine:
    """A line too long to keep: its first bytes, where it begins, its bytes so far, whether its end was seen."""

    head: bytes
    offset: int
    byte_count: int = 0
    is_done: bool = False


class LogFeed:
    """Reads one log; after its last segment the public attributes tell about the whole."""

    def __init__(self, job: LogJob, options: IngestOptions) -> None:
        """Prepare to read; nothing is opened yet."""
        self.job = job
        self._options = options
        entry = job.grown_from
        resumption = entry.state.resumption if entry else None
        self._start = resumption.offset if resumption else 0
        self._line_number = resumption.line_number if resumption else 1
        pieces = list(entry.state.digest_pieces) if entry else []
        self._digest = ContentDigest(pieces, len(pieces) * DIGEST_BYTE_COUNT)
        self._unhashed = b""
        # The first bytes of the content, unpacked, when it is read from its start.
        self.head = b""
        # Bytes read and not yet given away, and where in the log they begin.
        self._data = b""
        self._offset = self._start
        self._long: _LongLine | None = None
        self._taken_line_count = 0
        self.problem: str | None = None
        self.is_over_bound = False
        self.is_resumable = False
        self.consumed = 0
        self.held_back_byte_count = 0
        self.further_replaced_count = 0

    @property
    def content_digest(self) -> str:
        """Return the hash of the bytes looked at so far."""
        return self._digest.whole()

    @property
    def digest_pieces(self) -> tuple[str, ...]:
        """Return the hashes of the full pieces of the bytes consumed."""
        return tuple(self._digest.pieces[: self.consumed // DIGEST_BYTE_COUNT])

    def segments(self) -> Iterator[Segment]:
        """Yield the log's segments, the last marked so. Raises OSError when the file cannot be read."""
        read_from = min(self._start, self._digest.byte_count)
        with open_given(self.job.source.path) as file:
            stream = ByteStream(file, self._options.block_byte_count, read_from)
            blocks = stream.text_blocks(self._hashed(stream, read_from))
            block = self._without_mark(next(blocks, b""))
            following = next(blocks, None)
            while following is not None:
                self._take_in(block)
                if self._long is None or self._long.is_done:
                    yield from self._given_in_parts()
                    yield from self._given(certain_end(self._data))
                block, following = following, next(blocks, None)
            self._take_in(block)
            yield from self._last(stream)

    def leave(self, line_count: int) -> None:
        """Take only the first `line_count` lines of the segment just yielded; the others come again."""
        self._taken_line_count = line_count

    def _hashed(self, stream: ByteStream, position: int) -> Iterator[bytes]:
        """Hash raw bytes on their way, one block behind, and cut off what is read for the hash only."""
        digest_from = self._digest.byte_count
        for block in stream.raw_blocks():
            if len(self.head) < FINGERPRINT_BYTE_COUNT:
                self.head += block[: FINGERPRINT_BYTE_COUNT - len(self.head)]
            self._digest.add(self._unhashed)
            self._unhashed = block[max(0, digest_from - position) :]
            text = block[max(0, self._start - position) :]
            position += len(block)
            if text:
                yield text

    def _without_mark(self, block: bytes) -> bytes:
        if self._offset == 0 and block.startswith(UTF8_MARK):
            self._offset = len(UTF8_MARK)
            return block[len(UTF8_MARK) :]
        return block

    def _take_in(self, block: bytes) -> None:
        self._data = self._data + block if self._data else block
        if self._long is None and len(self._data) > self._options.max_line_byte_count and not certain_end(self._data):
            self._long = _LongLine(b"", self._offset)
        if self._long is not None and not self._long.is_done:
            self._skip(self._long)

    def _skip(self, line: _LongLine) -> None:
        """Drop bytes of a long line, up to and with its terminator where that is certain."""
        data = self._data
        place = min((place for place in (data.find(b"\n"), data.find(b"\r")) if place >= 0), default=len(data))
        line.is_done = place < len(data) and data[place:] != b"\r"
        line.byte_count += place
        line.head += data[: min(place, max(0, KEPT_BYTE_COUNT - len(line.head)))]
        terminator = (2 if data[place : place + 2] == b"\r\n" else 1) if line.is_done else 0
        self._data = data[place + terminator :]
        self._offset += place + terminator

    def _given_in_parts(self) -> Iterator[Segment]:
        """Yield lines while there are more than one segment is to hold: short lines cost as much as long ones."""
        while (end := end_of_lines(self._data, MOST_LINES)) and end < certain_end(self._data):
            yield from self._given(end)

    def _given(self, end: int, *, is_last: bool = False, flaw: str | None = None) -> Iterator[Segment]:
        """Yield the lines of the data up to `end`, and keep what is left of them."""
        # A small part holds its own bytes only, and not the whole block for as long as it waits.
        data = self._data if 2 * end > len(self._data) else self._data[:end]
        segment = make_segment(data, self._offset, self._line_number, end)
        if self._long is not None:
            segment = with_long_line(segment, self._long.head, self._long.offset, self._long.byte_count)
            self._long = None
        if flaw is not None and segment.line_count:
            segment = replace(segment, flaws={**segment.flaws, segment.line_count - 1: flaw})
        if not segment.line_count and not is_last:
            return
        self._taken_line_count = segment.line_count
        # Behind a line too long to keep nothing waits: else that line would be kept waiting too.
        may_wait = not is_last and len(self._data) - end <= self._options.max_line_byte_count
        yield replace(segment, is_last=is_last, may_wait=may_wait)
        if self._taken_line_count < segment.line_count:
            end = int(segment.starts[self._taken_line_count]) - self._offset
        self._line_number += self._taken_line_count
        self._data = self._data[end:]
        self._offset += end

    def _last(self, stream: ByteStream) -> Iterator[Segment]:
        """Yield what is left. A line without its end may still grow (held back), or is damaged, or is a line."""
        self.is_resumable = not stream.is_archive and not stream.is_converted
        if self._long is not None and not self._long.is_done and self._data == b"\r":
            self._long.is_done, self._data, self._offset = True, b"", self._offset + 1
        open_byte_count = self._open_byte_count()
        age = time.time() - self.job.modified_ns / 1e9
        if open_byte_count and age < self._options.settle_seconds and self.is_resumable:
            self._hold_back(open_byte_count)
        self._digest.add(self._unhashed[: max(0, len(self._unhashed) - self.held_back_byte_count)])
        self.problem, self.is_over_bound = stream.problem, stream.is_over_bound
        self.further_replaced_count = stream.replaced_character_count
        self.consumed = self._offset + len(self._data) if self.is_resumable else self._digest.byte_count
        flaw = "damaged" if stream.problem and open_byte_count else None
        yield from self._given_in_parts()
        yield from self._given(len(self._data), is_last=True, flaw=flaw)

    def _open_byte_count(self) -> int:
        if self._long is not None and not self._long.is_done:
            return self._long.byte_count
        is_closed = self._data.endswith((b"\n", b"\r"))
        return 0 if is_closed else len(self._data) - certain_end(self._data)

    def _hold_back(self, byte_count: int) -> None:
        self.held_back_byte_count = byte_count
        if self._long is not None and not self._long.is_done:
            self._offset, self._long = self._long.offset, None
        else:
            self._data = self._data[: len(self._data) - byte_count]
