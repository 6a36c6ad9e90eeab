"""Literal starts of texts, compared eight bytes at a time over whole columns.

A tree over the literals of a dialect sorts rows into groups: each node looks at up to eight bytes that tell its
literals apart. A literal is then compared with the few rows that may begin with it, not with all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_WIDTH = 8
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(_WIDTH + 1)], dtype=np.uint64)

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that may match texts beginning with `literal`."""

    rule_number: int
    literal: bytes = b""


class TextBytes:
    """The bytes of a column of texts."""

    def __init__(self, texts: pl.Series) -> None:
        """Lay the texts out one after the other."""
        array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
        _, offsets_buffer, data = array.buffers()
        assert offsets_buffer is not None
        offsets = np.frombuffer(memoryview(offsets_buffer), np.int64)[array.offset : array.offset + len(array) + 1]
        self._starts, self._sizes = offsets[:-1], np.diff(offsets)
        raw = np.empty(0, np.uint8) if data is None else np.frombuffer(memoryview(data), np.uint8)
        # Eight bytes can be read from every place, the last one included.
        padded = np.concatenate([raw[: int(offsets[-1])], np.zeros(_WIDTH, np.uint8)])
        self._windows = np.lib.stride_tricks.as_strided(
            padded[:_WIDTH].view("<u8"), shape=(len(padded) - _WIDTH + 1,), strides=(1,), writeable=False
        )

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._starts)

    def numbers(self, rows: Rows, offset: int, width: int) -> NDArray[np.uint64]:
        """Return `width` bytes at `offset` of the rows' texts as numbers; what a text lacks is zero."""
        starts, sizes = self._starts[rows] + offset, self._sizes[rows] - offset
        found = self._windows[np.minimum(starts, len(self._windows) - 1)]
        masked: NDArray[np.uint64] = found & _MASKS[np.clip(sizes, 0, width)]
        return masked

    def starts_with(self, rows: Rows, literal: bytes, known: int) -> Mask:
        """Return which of the rows' texts, known to share the first `known` bytes of a literal, begin with it."""
        mask: Mask = self._sizes[rows] >= len(literal)
        for offset in range(known, len(literal), _WIDTH):
            piece = literal[offset : offset + _WIDTH]
            mask &= self.numbers(rows, offset, len(piece)) == np.uint64(_number(piece))
        return mask


@dataclass(frozen=True, slots=True)
class Group:
    """Rows, and the candidates to try on them in order; the texts share `known` bytes with all their literals."""

    rows: Rows
    candidates: Sequence[Candidate]
    known: int


class PrefixIndex:
    """An index over the literal starts of numbered rules."""

    def __init__(self, starts: Sequence[tuple[str, ...]]) -> None:
        """Index `starts[number]`, the literals of rule `number`."""
        self._root = _Node(
            [Candidate(number, start.encode()) for number, literals in enumerate(starts) for start in literals], 0
        )

    def groups(self, texts: TextBytes) -> Iterator[Group]:
        """Yield all rows in groups; each row comes once."""
        yield from self._root.groups(texts, np.arange(len(texts), dtype=np.int64))


class _Node:
    """Tells its candidates apart by up to eight bytes; a leaf where there is nothing to tell."""

    def __init__(self, candidates: Sequence[Candidate], known: int) -> None:
        self._candidates = candidates
        self._known = known
        # Literals shorter than the first look: below the root, every text here begins with them.
        self._short = [candidate for candidate in candidates if len(candidate.literal) < _WIDTH]
        literals = sorted({candidate.literal for candidate in candidates if len(candidate.literal) >= _WIDTH})
        self._offset = _common_length(literals) if known else 0
        is_leaf = len(literals) < (2 if known else 1)
        self._width = 0 if is_leaf else min(_WIDTH, min(map(len, literals)) - self._offset)
        pieces = sorted({self._piece(literal) for literal in literals}, key=_number) if self._width else []
        self._keys = np.array([_number(piece) for piece in pieces], dtype=np.uint64)
        self._children = [_Node(self._below(piece), _WIDTH) for piece in pieces]

    def groups(self, texts: TextBytes, rows: Rows) -> Iterator[Group]:
        """Yield the rows in groups, each with the candidates they may begin with."""
        if not self._children:
            yield Group(rows, self._candidates, self._known)
            return
        numbers = texts.numbers(rows, self._offset, self._width)
        places = np.minimum(np.searchsorted(self._keys, numbers), len(self._keys) - 1)
        codes = np.where(self._keys[places] == numbers, places, len(self._keys)).astype(np.uint16)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(self._keys) + 1))
        parts = np.split(rows[order], ends[:-1])
        for child, part in zip(self._children, parts, strict=False):
            if len(part):
                yield from child.groups(texts, part)
        if len(parts[-1]):
            yield Group(parts[-1], self._short, self._known)

    def _piece(self, literal: bytes) -> bytes:
        return literal[self._offset : self._offset + self._width]

    def _below(self, piece: bytes) -> list[Candidate]:
        return [candidate for candidate in self._candidates if self._is_below(candidate.literal, piece)]

    def _is_below(self, literal: bytes, piece: bytes) -> bool:
        if len(literal) < _WIDTH:
            return self._known > 0 or piece.startswith(literal)
        return self._piece(literal) == piece


def _common_length(literals: Sequence[bytes]) -> int:
    """Return how many bytes sorted literals have in common at their start."""
    pairs = zip(literals[0], literals[-1], strict=False) if literals else ()
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(map(len, literals), default=0))


def _number(piece: bytes) -> int:
    return int.from_bytes(piece, "little")
