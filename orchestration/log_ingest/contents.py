"""What the bytes of files have to do with each other: which content begins with which, and its digests.

Archives are looked at unpacked: a log and its gzip are the same content. Which log a file is: identity.py.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestration.given_files import open_given
from orchestration.log_ingest.byte_stream import (
    FINGERPRINT_BYTE_COUNT,
    ByteStream,
    ContentDigest,
    fingerprint,
    short_digest,
)
from orchestration.log_ingest.ledger_entry import LedgerEntry

_BLOCK_BYTE_COUNT = 1 << 18
_LINE_END = ord("\n")
# What 64 KiB of usual lines have; further lines are rarely cut off alone.
_LINE_DIGEST_COUNT = 1000


class Content:
    """The bytes of one file, looked at as little as needed. Every method may raise OSError."""

    def __init__(self, path: Path, size: int) -> None:
        """Read the first bytes; `size` is that of the file on disk."""
        self.path = path
        self.size = size
        with open_given(path) as file:
            stream = ByteStream(file, _BLOCK_BYTE_COUNT)
            self.is_archive = stream.is_archive
            self.head = _first(stream.raw_blocks(), FINGERPRINT_BYTE_COUNT)

    def continued(self, entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
        """Return the logs whose content, as far as it was read, is the beginning of this one's."""
        alike = self._with_same_head([entry for entry in entries if self._may_hold(entry)])
        marked = [entry for entry in alike if entry.state.tail_digest and not self.is_archive]
        others = [entry for entry in alike if not entry.state.tail_digest or self.is_archive]
        found = [entry for entry in marked if self._has_same_tail(entry)]
        if others:
            digests, _ = self.digests({entry.state.consumed for entry in others})
            found += [entry for entry in others if digests.get(entry.state.consumed) == entry.state.content_digest]
        return found

    def begins_like(self, entries: Iterable[LedgerEntry]) -> LedgerEntry | None:
        """Return the first forgotten log that begins as this content does, as far as the notes of them tell.

        Told by the whole of the first bytes, or, of a shorter content, by its whole lines.
        """
        if len(self.head) == FINGERPRINT_BYTE_COUNT:
            whole = [entry for entry in entries if entry.state.head_digest and entry.state.consumed >= len(self.head)]
            return next(iter(self._with_same_head(whole)), None)
        lines = self.head[: self.head.rfind(b"\n") + 1]
        digest = short_digest(lines)
        return next((entry for entry in entries if lines and digest in entry.state.line_digests), None)

    def line_digests(self) -> tuple[str, ...]:
        """Return the digests of the first bytes up to each line end among them."""
        ends = [place for place, byte in enumerate(self.head, 1) if byte == _LINE_END]
        return tuple(_digests_at(self.head, ends[:_LINE_DIGEST_COUNT]).values())

    def digests(self, byte_counts: Iterable[int] = ()) -> tuple[dict[int, str], int]:
        """Return the digests of the content up to each of `byte_counts` and up to its end, and its length."""
        wanted = sorted(byte_counts, reverse=True)
        digest, found = ContentDigest([], 0), {}
        with open_given(self.path) as file:
            for block in ByteStream(file, _BLOCK_BYTE_COUNT).raw_blocks():
                rest = block
                while wanted and wanted[-1] <= digest.byte_count + len(rest):
                    place = wanted.pop() - digest.byte_count
                    digest.add(rest[:place])
                    rest = rest[place:]
                    found[digest.byte_count] = digest.whole()
                digest.add(rest)
        found[digest.byte_count] = digest.whole()
        return found, digest.byte_count

    def begins_with(self, other: "Content") -> bool:
        """Tell whether the other content is the beginning of this one, or the whole of it."""
        if not self.head.startswith(other.head[: len(self.head)]) or len(other.head) > len(self.head):
            return False
        if not self.is_archive and not other.is_archive and other.size > self.size:
            return False
        with open_given(self.path) as one, open_given(other.path) as two:
            ours, theirs = (ByteStream(file, _BLOCK_BYTE_COUNT).raw_blocks() for file in (one, two))
            return _begins_with(ours, theirs)

    def _may_hold(self, entry: LedgerEntry) -> bool:
        count = entry.state.consumed
        return min(count, FINGERPRINT_BYTE_COUNT) <= len(self.head) and (self.is_archive or count <= self.size)

    def _with_same_head(self, entries: list[LedgerEntry]) -> list[LedgerEntry]:
        lengths = {min(entry.state.consumed, FINGERPRINT_BYTE_COUNT) for entry in entries if entry.state.head_digest}
        digests = _digests_at(self.head, lengths)
        return [
            entry
            for entry in entries
            if not entry.state.head_digest
            or digests[min(entry.state.consumed, FINGERPRINT_BYTE_COUNT)] == entry.state.head_digest
        ]

    def _has_same_tail(self, entry: LedgerEntry) -> bool:
        end = entry.state.consumed
        return fingerprint(self.path, max(0, end - FINGERPRINT_BYTE_COUNT), end) == entry.state.tail_digest


def _first(blocks: Iterator[bytes], count: int) -> bytes:
    found = b""
    while len(found) < count and (block := next(blocks, b"")):
        found += block
    return found[:count]


def _digests_at(data: bytes, lengths: Iterable[int]) -> dict[int, str]:
    """Return what `fingerprint` says of the first bytes, for many lengths in one pass."""
    digest, done, found = hashlib.sha256(), 0, {}
    for length in sorted(lengths):
        digest.update(data[done:length])
        done = length
        found[length] = digest.hexdigest()[:32]
    return found


def _begins_with(ours: Iterator[bytes], theirs: Iterator[bytes]) -> bool:
    held = b""
    for block in theirs:
        while len(held) < len(block) and (more := next(ours, b"")):
            held += more
        if not held.startswith(block):
            return False
        held = held[len(block) :]
    return True
