"""One zstd frame, unfolded block by block (RFC 8878, section 3.1.1).

The library's own stream has no limit on what one call gives: 4 KiB can hold a thousand blocks of 128 KiB. And of a call
that meets a damage it gives nothing. Given one block at a time, a call gives 128 KiB at most, and all before a damage.
"""

import zstandard

_MAGIC_SIZE = 4
_SKIPPED_MAGIC = b"\x2a\x4d\x18"
_BLOCK_HEAD_SIZE = 3
_CHECKSUM_SIZE = 4
_RUN_LENGTH_BLOCK = 1
_LONGEST_HEAD = 18


class ZstdFrame:
    """A frame being unpacked; a skippable frame holds nothing."""

    def __init__(self) -> None:
        """Begin a frame."""
        self._unpacker = zstandard.ZstdDecompressor().decompressobj()
        self._held = b""
        self._at = 0
        self._is_begun = False
        self._skipped = 0
        self._is_last = False
        self.is_done = False

    def unpack(self, packed: bytes, limit: int) -> tuple[bytes, bytes]:
        """Return what the next blocks of `packed` hold, one block more than `limit` at most, and what is left."""
        self._held, self._at = self._held[self._at :] + packed, 0
        pieces: list[bytes] = []
        count = 0
        while count < limit and not self.is_done:
            size = self._next_size()
            if size == 0 or size > len(self._held) - self._at:
                break
            piece = self._taken(size)
            pieces.append(piece)
            count += len(piece)
        if not self.is_done and count < limit:
            return b"".join(pieces), b""
        rest, self._held, self._at = self._held[self._at :], b"", 0
        return b"".join(pieces), rest

    def _next_size(self) -> int:
        """Return the size of the next part of the frame; 0 when too little is known of it."""
        left = len(self._held) - self._at
        if self._skipped:
            return min(self._skipped, left)
        if not self._is_begun:
            return self._head_size()
        if self._is_last:
            return _CHECKSUM_SIZE
        if left < _BLOCK_HEAD_SIZE:
            return 0
        head = int.from_bytes(self._held[self._at : self._at + _BLOCK_HEAD_SIZE], "little")
        size = 1 if head >> 1 & 3 == _RUN_LENGTH_BLOCK else head >> 3
        return _BLOCK_HEAD_SIZE + size

    def _head_size(self) -> int:
        head = self._held[self._at : self._at + _LONGEST_HEAD]
        if head[1:_MAGIC_SIZE] == _SKIPPED_MAGIC:
            return 2 * _MAGIC_SIZE
        return 0 if len(head) <= _MAGIC_SIZE else zstandard.frame_header_size(head)

    def _taken(self, size: int) -> bytes:
        part = self._held[self._at : self._at + size]
        self._at += size
        if self._skipped:
            self._skipped -= size
            self.is_done = self._skipped == 0
            return b""
        if not self._is_begun:
            self._is_begun = True
            if part[1:_MAGIC_SIZE] == _SKIPPED_MAGIC:
                self._skipped = int.from_bytes(part[_MAGIC_SIZE:], "little")
                self.is_done = self._skipped == 0
                return b""
        elif not self._is_last:
            self._is_last = bool(part[0] & 1)
        piece = self._unpacker.decompress(part)
        self.is_done = self._unpacker.eof
        return piece
