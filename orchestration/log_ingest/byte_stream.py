"""Bytes of a log file in blocks of bounded size: plain, gzip or zstd, recognised by their first bytes.

A stream never raises for what the bytes say: a truncated or corrupt archive ends early with its `problem` in words.
Only the operating system's errors (OSError) come through. Lines are lines.py.
"""

import codecs
import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from orchestration.given_files import open_given

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# 4 KiB of zstd can hold a thousand blocks of 128 KiB: what one step may unfold stays bounded.
_ZSTD_STEP = 4096
_GZIP_STEP = 1 << 18
# Content is hashed in pieces of this size, so that a grown file is not hashed again from its start.
DIGEST_BYTE_COUNT = 4 << 20
# A log is known by so many bytes at its start, and before the end of what was read of it.
FINGERPRINT_BYTE_COUNT = 1 << 16


class ByteStream:
    """The decompressed bytes of one file, UTF-16 made UTF-8, from `offset` on."""

    def __init__(self, file: BinaryIO, block_byte_count: int, offset: int = 0) -> None:
        """Look at the first bytes of `file` to see what it is; `offset` is for plain files only."""
        magic = file.read(4)
        file.seek(offset)
        self._file = file
        self._size = block_byte_count
        self._offset = offset
        self.problem: str | None = None
        self.is_archive = magic.startswith((GZIP_MAGIC, ZSTD_MAGIC))
        self.is_utf16 = False
        self.replaced_character_count = 0
        self._source = self._gzip() if magic.startswith(GZIP_MAGIC) else self._plain()
        if magic == ZSTD_MAGIC:
            self._source = self._zstd()

    def raw_blocks(self) -> Iterator[bytes]:
        """Yield the decompressed bytes as they are."""
        yield from self._source

    def text_blocks(self, raw_blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield `raw_blocks` as (perhaps invalid) UTF-8: UTF-16 with a byte order mark is converted."""
        decoder: codecs.IncrementalDecoder | None = None
        for number, block in enumerate(raw_blocks):
            if number == 0 and self._offset == 0 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                decoder = codecs.getincrementaldecoder("utf-16")("replace")
                self.is_utf16 = True
            yield block if decoder is None else self._converted(decoder.decode(block))
        if decoder is not None:
            yield self._converted(decoder.decode(b"", True))

    def _converted(self, text: str) -> bytes:
        self.replaced_character_count += text.count("\ufffd")
        return text.encode("utf-8", "replace")

    def _plain(self) -> Iterator[bytes]:
        while block := self._file.read(self._size):
            yield block

    def _gzip(self) -> Iterator[bytes]:
        return self._unpacked("gzip", _GZIP_STEP, _GzipMember)

    def _zstd(self) -> Iterator[bytes]:
        return self._unpacked("zstd", _ZSTD_STEP, _ZstdFrame)

    def _unpacked(self, kind: str, step: int, begin: Callable[[], "_Member"]) -> Iterator[bytes]:
        """Unpack member after member; between members zero padding is allowed."""
        gatherer = _Gatherer(self._size)
        member: _Member | None = None
        packed = b""
        try:
            while packed := packed or self._file.read(step):
                if member is None or member.is_done:
                    packed = packed.lstrip(b"\0")
                    member = begin() if packed else member
                if packed and member is not None:
                    piece, packed = member.unpack(packed, self._size)
                    yield from gatherer.add(piece)
            if member is None or not member.is_done:
                self.problem = f"The {kind} archive ends too early; its whole lines were kept. Copy the file again."
        except (zlib.error, zstandard.ZstdError) as error:
            self.problem = f"The {kind} archive is corrupt ({error}); the lines before were kept. Copy the file again."
        yield from gatherer.rest()


class _Member(Protocol):
    """One compressed member of an archive, being unpacked."""

    is_done: bool

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        """Return what `packed` unfolds to, and what is left of `packed`."""


class _GzipMember:
    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(31)
        self.is_done = False

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        piece = self._unpacker.decompress(packed, limit)
        self.is_done = self._unpacker.eof
        return piece, self._unpacker.unconsumed_tail or self._unpacker.unused_data


class _ZstdFrame:
    def __init__(self) -> None:
        self._unpacker = zstandard.ZstdDecompressor().decompressobj()
        self.is_done = False

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        piece = self._unpacker.decompress(packed)
        self.is_done = self._unpacker.eof
        return piece, self._unpacker.unused_data


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
