"""What packed files hold, unfolded in pieces of bounded size: gzip, zstd, bzip2, xz, and zip with one file in it.

Nothing is raised for what the bytes say: `flaw` tells what is wrong. All that lies before a damage comes
out, and no more comes out of a file than somebody may have meant to put in. Where a zip's file lies is containers.py.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import zstandard

from orchestration.log_ingest.containers import ArchiveKind, Flaw, ZipError, find_zip_member
from orchestration.log_ingest.zstd_frame import ZstdFrame

# A log that says the same every second packs to a 230th by xz; more than these is a bomb, or nothing to be read in.
FREE_BYTE_COUNT = 32 << 20
MOST_RATIO = 300
MOST_BYTE_COUNT = 64 << 30
# A line costs as much as two hundred bytes: short ones are bounded by their number.
FREE_LINE_COUNT = 1 << 20
MOST_LINE_RATIO = 20
# So much is read of the packed file at once.
_STEP = 1 << 18
# What is given out at once: of a piece that ends in a damage nothing comes out at first (see `_before_damage`).
_PIECE = 1 << 20
# xz -9 needs 65 MiB; a file may ask for gigabytes.
_XZ_MEMORY = 100 << 20
# Near a damage: less and less at once, at last byte for byte.
_LAST_STEPS = (4096, 1)
# Where bytes come out one by one, few go in at once: what is left of them is copied each time.
_SMALL_STEP = 64
DAMAGES = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, ValueError)


class Member(Protocol):
    """One packed stream of a file, being unpacked; a file may hold several, one after the other."""

    is_done: bool

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        """Return at most about `limit` bytes of what `packed` unfolds to, and what is left of `packed`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of packing: its name, how files of it begin, and how a member of it is begun."""

    name: str
    begins: tuple[bytes, ...]
    member: Callable[[], Member]


class _Deflated:
    """A member of gzip, or the bare stream in a zip file."""

    def __init__(self, window: int = 31) -> None:
        self._unpacker = zlib.decompressobj(window)
        self.is_done = False

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        piece = self._unpacker.decompress(packed, limit)
        self.is_done = self._unpacker.eof
        return piece, self._unpacker.unconsumed_tail or self._unpacker.unused_data


class _Buffered:
    """A member of bzip2 or xz: they keep what they were given and have not unfolded yet."""

    def __init__(self, unpacker: "bz2.BZ2Decompressor | lzma.LZMADecompressor") -> None:
        self._unpacker = unpacker
        self.is_done = False

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        pieces = [self._unpacker.decompress(packed, limit)]
        count = len(pieces[0])
        while count < limit and not self._unpacker.eof and not self._unpacker.needs_input:
            pieces.append(self._unpacker.decompress(b"", limit - count))
            count += len(pieces[-1])
        self.is_done = self._unpacker.eof
        return b"".join(pieces), self._unpacker.unused_data if self.is_done else b""

    @property
    def has_more(self) -> bool:
        """Tell whether more comes out without more going in."""
        return not self._unpacker.eof and not self._unpacker.needs_input


class _Stored:
    """A file of a zip that is not packed."""

    def __init__(self, byte_count: int) -> None:
        self._left = byte_count
        self.is_done = byte_count == 0

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        piece = packed[: min(limit, self._left)]
        self._left -= len(piece)
        self.is_done = self._left == 0
        return piece, packed[len(piece) :]


def _bzip2() -> Member:
    return _Buffered(bz2.BZ2Decompressor())


def _xz() -> Member:
    return _Buffered(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))


_SKIPPED_FRAMES = tuple(bytes([0x50 + number]) + b"\x2a\x4d\x18" for number in range(16))
KINDS = (
    Kind("gzip", (b"\x1f\x8b\x08",), _Deflated),
    Kind("zstd", (b"\x28\xb5\x2f\xfd", *_SKIPPED_FRAMES), ZstdFrame),
    Kind("bzip2", tuple(b"BZh" + b"%d" % level + b"1AY&SY" for level in range(1, 10)), _bzip2),
    Kind("xz", (b"\xfd7zXZ\0",), _xz),
    Kind("zip", (b"PK\3\4", b"PK\5\6"), _Deflated),
)
MAGIC_BYTE_COUNT = 10


def kind_of_packing(magic: bytes) -> Kind | None:
    """Return how a file that begins so is packed; None when it is not, as far as is known here."""
    return next((kind for kind in KINDS if magic.startswith(kind.begins)), None)


class Unpacking:
    """Unfolds one packed file; read `flaw` and `is_over_bound` when all is taken."""

    def __init__(self, file: BinaryIO, kind: Kind) -> None:
        """Prepare to read `file` from its start."""
        self._file = file
        self._kind = kind
        self._begin = kind.member
        self._check: int | None = None
        self._given = self._given_lines = self._sum = 0
        self._most = self._most_lines = 0
        self.flaw: Flaw | None = None
        self.is_over_bound = False

    def pieces(self) -> Iterator[bytes]:
        """Yield what the file holds. Raises OSError only when the file itself cannot be read."""
        size = self._file.seek(0, 2)
        self._most = min(FREE_BYTE_COUNT + MOST_RATIO * size, MOST_BYTE_COUNT)
        self._most_lines = FREE_LINE_COUNT + MOST_LINE_RATIO * size
        self._file.seek(0)
        if self._kind.name == "zip":
            try:
                self._go_to_member()
            except ZipError as error:
                self.flaw = error.flaw
                return
        yield from self._members()

    def _go_to_member(self) -> None:
        """Go to the one file in a zip; raise ZipError when there is none, or more, or none that can be read."""
        found = find_zip_member(self._file)
        self._file.seek(found.offset)
        methods: dict[int, Callable[[], Member]] = {0: lambda: _Stored(found.packed_byte_count), 12: _bzip2}
        methods[8] = lambda: _Deflated(-15)
        if found.method not in methods:
            words = f"The zip archive is packed in a way not read here (method {found.method}): unpack it."
            raise ZipError(words, ArchiveKind.FOREIGN)
        self._begin, self._check = methods[found.method], found.checksum

    def _members(self) -> Iterator[bytes]:
        """Yield what member after member holds; between members zero padding is allowed."""
        member: Member | None = None
        packed, begun_at, given_of_member = b"", 0, 0
        while packed or _has_more(member) or (packed := self._file.read(_STEP)):
            if member is None or member.is_done:
                packed = packed.lstrip(b"\0") if member else packed
                if not packed:
                    continue
                if member and not self._may_follow(packed):
                    break
                begun_at, given_of_member, member = self._file.tell() - len(packed), 0, self._begin()
            try:
                piece, packed = member.unpack(packed, _PIECE)
            except DAMAGES as error:
                for step in _LAST_STEPS:
                    for piece in self._before_damage(begun_at, given_of_member, step):
                        given_of_member += len(piece)
                        yield piece
                self.flaw = self.flaw or _damage(self._kind, error)
                return
            given_of_member += len(piece)
            if self._is_too_much(piece):
                return
            yield piece
        self._judge_end(member)

    def _judge_end(self, member: Member | None) -> None:
        if member is None or not member.is_done:
            self.flaw = Flaw(
                f"The {self._kind.name} archive ends too early; its whole lines were kept. Copy the file again."
            )
        elif self._check is not None and self._sum != self._check:
            self.flaw = _damage(self._kind, ValueError("its checksum is another"))

    def _may_follow(self, packed: bytes) -> bool:
        """Tell whether another member begins behind one that is done."""
        is_member = any(packed.startswith(magic[: len(packed)]) for magic in self._kind.begins)
        if self._kind.name != "zip" and not is_member:
            self.flaw = Flaw(f"Something else follows the {self._kind.name} archive; what it holds was kept.")
        return self._kind.name != "zip" and is_member

    def _is_too_much(self, piece: bytes) -> bool:
        self._given += len(piece)
        if self._check is not None:
            self._sum = zlib.crc32(piece, self._sum)
        self._given_lines += piece.count(b"\n") + piece.count(b"\r")
        if self._given <= self._most and self._given_lines <= self._most_lines:
            return False
        self.is_over_bound = True
        most = f"{self._most >> 20:,} MiB" if self._given > self._most else f"{self._most_lines:,} lines"
        self.flaw = Flaw(
            f"It unfolds to more than {most}, far more than a log of its size: "
            "not read, as it may be made to fill the machine. If it is a log, unpack it."
        )
        return True

    def _before_damage(self, begun_at: int, given: int, most: int) -> Iterator[bytes]:
        """Yield what a damaged member holds behind its first `given` bytes, `most` bytes at once."""
        self._file.seek(begun_at)
        member, packed, waiting, left = self._begin(), b"", b"", given
        while not member.is_done:
            if not packed and not _has_more(member):
                waiting = waiting or self._file.read(_STEP)
                if not waiting:
                    return
                step = _STEP if left else _SMALL_STEP
                packed, waiting = waiting[:step], waiting[step:]
            try:
                piece, packed = member.unpack(packed, min(left, _PIECE) or most)
            except DAMAGES:
                return
            if not left and len(packed) > _SMALL_STEP:
                packed, waiting = packed[:_SMALL_STEP], packed[_SMALL_STEP:] + waiting
            # A member may give more than it was asked for: a whole block of zstd.
            behind, left = piece[left:], max(0, left - len(piece))
            if behind and self._is_too_much(behind):
                return
            yield behind


def _has_more(member: Member | None) -> bool:
    """Tell whether more comes out of a member without more going in."""
    return isinstance(member, _Buffered) and member.has_more


def _damage(kind: Kind, error: Exception) -> Flaw:
    return Flaw(f"The {kind.name} archive is corrupt ({error}); the lines before were kept. Copy the file again.")
