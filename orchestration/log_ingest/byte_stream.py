"""Bytes of a log file in blocks of bounded size: plain or packed, in any encoding, recognised by their first bytes.

A stream never raises for what the bytes say: a truncated or corrupt archive ends early with its `problem` in words.
Only the operating system's errors (OSError) come through. Packed files are unpacking.py, lines are lines.py.
"""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from orchestration.given_files import open_given
from orchestration.log_ingest.containers import ArchiveKind, Flaw, is_tar
from orchestration.log_ingest.encodings import wide_encoding
from orchestration.log_ingest.unpacking import MAGIC_BYTE_COUNT, Unpacking, kind_of_packing

# Content is hashed in pieces of this size, so that a grown file is not hashed again from its start.
DIGEST_BYTE_COUNT = 4 << 20
# A log is known by so many bytes at its start, and before the end of what was read of it.
FINGERPRINT_BYTE_COUNT = 1 << 16


class ByteStream:
    """The decompressed bytes of one file, UTF-16 and UTF-32 made UTF-8, from `offset` on."""

    def __init__(self, file: BinaryIO, block_byte_count: int, offset: int = 0) -> None:
        """Look at the first bytes of `file` to see what it is; `offset` is for plain files only."""
        kind = kind_of_packing(file.read(MAGIC_BYTE_COUNT))
        file.seek(offset)
        self._file = file
        self._size = block_byte_count
        self._offset = offset
        self._unpacking = Unpacking(file, kind) if kind else None
        self._flaw: Flaw | None = None
        self.is_converted = False
        self.replaced_character_count = 0

    @property
    def is_archive(self) -> bool:
        """Tell whether the file is packed."""
        return self._unpacking is not None

    @property
    def is_over_bound(self) -> bool:
        """Tell whether more would come out of the file than is taken from a file of its size."""
        return self._unpacking is not None and self._unpacking.is_over_bound

    @property
    def flaw(self) -> Flaw | None:
        """Return what was wrong with the bytes read so far."""
        return self._flaw or (self._unpacking.flaw if self._unpacking else None)

    @property
    def problem(self) -> str | None:
        """Say what was wrong with the bytes read so far."""
        return self.flaw.words if self.flaw else None

    def raw_blocks(self) -> Iterator[bytes]:
        """Yield the decompressed bytes as they are."""
        blocks = self._plain() if self._unpacking is None else self._unpacked(self._unpacking)
        first = next(blocks, b"")
        if self._offset == 0 and is_tar(first):
            words = "A tar archive, not a log: unpack it and give the logs in it."
            self._flaw = Flaw(words, ArchiveKind.SEVERAL)
            return
        if first:
            yield first
        yield from blocks

    def text_blocks(self, raw_blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield `raw_blocks` as (perhaps invalid) UTF-8."""
        decoder: codecs.IncrementalDecoder | None = None
        for number, block in enumerate(raw_blocks):
            if number == 0 and self._offset == 0 and (encoding := wide_encoding(block)):
                decoder = codecs.getincrementaldecoder(encoding)("replace")
                self.is_converted = True
            yield block if decoder is None else self._converted(decoder.decode(block))
        if decoder is not None:
            yield self._converted(decoder.decode(b"", True))

    def _converted(self, text: str) -> bytes:
        self.replaced_character_count += text.count("\ufffd")
        return text.encode("utf-8", "replace")

    def _plain(self) -> Iterator[bytes]:
        while block := self._file.read(self._size):
            yield block

    def _unpacked(self, unpacking: Unpacking) -> Iterator[bytes]:
        gatherer = _Gatherer(self._size)
        for piece in unpacking.pieces():
            yield from gatherer.add(piece)
        yield from gatherer.rest()


class _Gatherer:
    """Gathers small pieces into blocks of about one size."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pieces: list[bytes] = []
        self._held = 0

    def add(self, piece: bytes) -> Iterator[bytes]:
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held >= self._size:
            yield from self.rest()

    def rest(self) -> Iterator[bytes]:
        if self._held:
            yield b"".join(self._pieces)
        self._pieces, self._held = [], 0


class ContentDigest:
    """A hash of content that can be continued: hashes of pieces of fixed size, and a hash of those."""

    def __init__(self, pieces: list[str], byte_count: int) -> None:
        """Begin after `byte_count` bytes, a multiple of the piece size, whose hashes are `pieces`."""
        self.pieces = list(pieces)
        self.byte_count = byte_count
        self._open = hashlib.sha256()
        self._open_byte_count = 0

    def add(self, data: bytes | memoryview) -> None:
        """Take further bytes in."""
        view = memoryview(data)
        while view.nbytes:
            part = view[: DIGEST_BYTE_COUNT - self._open_byte_count]
            self._open.update(part)
            self._open_byte_count += part.nbytes
            self.byte_count += part.nbytes
            view = view[part.nbytes :]
            if self._open_byte_count == DIGEST_BYTE_COUNT:
                self.pieces.append(self._open.hexdigest()[:32])
                self._open, self._open_byte_count = hashlib.sha256(), 0

    def whole(self) -> str:
        """Return the hash of everything so far."""
        open_piece = [self._open.hexdigest()[:32]] if self._open_byte_count else []
        text = ",".join([str(self.byte_count), *self.pieces, *open_piece])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def fingerprint(path: Path, start: int, end: int) -> str:
    """Return the hash of the bytes from `start` to `end` of a file."""
    with open_given(path) as file:
        file.seek(start)
        return short_digest(file.read(end - start))


def short_digest(data: bytes) -> str:
    """Return the hash of some bytes, as fingerprints are."""
    return hashlib.sha256(data).hexdigest()[:32]
