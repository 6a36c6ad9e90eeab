"""Literal starts of texts, compared eight bytes at a time over whole columns.

A tree over the literals of a dialect sorts rows into groups: each node looks at up to eight bytes that tell its
literals apart. A literal is then compared with the few rows that may begin with it, not with all.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.log_ingest.texts import WINDOW, Mask, Numbers, Texts, window_of

_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that may match texts beginning with `literal`."""

    rule_number: int
    literal: bytes = b""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows, and the candidates to try on them in order.

    A text that begins with a candidate's literal is known to share its first `known` bytes.
    """

    rows: Numbers
    candidates: Sequence[Candidate]
    known: int


class PrefixIndex:
    """An index over the literal starts of numbered rules."""

    def __init__(self, starts: Sequence[tuple[str, ...]]) -> None:
        """Index `starts[number]`, the literals of rule `number`."""
        self._root = _Node(
            [Candidate(number, start.encode()) for number, literals in enumerate(starts) for start in literals], 0
        )

    def groups(self, texts: Texts) -> Iterator[Group]:
        """Yield all rows in groups; each row comes once."""
        yield from self._root.groups(texts, np.arange(len(texts), dtype=np.int64))

    def begun(self, texts: Texts) -> Mask:
        """Return which texts begin with any of the literals."""
        is_begun = np.zeros(len(texts), np.bool_)
        for group in self.groups(texts):
            for candidate in group.candidates:
                is_begun[group.rows] |= texts.starts_with(group.rows, candidate.literal, group.known)
        return is_begun


class _Node:
    """Tells its candidates apart by up to eight bytes; a leaf where there is nothing to tell."""

    def __init__(self, candidates: Sequence[Candidate], known: int) -> None:
        self._candidates = candidates
        self._known = known
        # Literals shorter than the first look: below the root, every text here begins with them.
        self._short = [candidate for candidate in candidates if len(candidate.literal) < WINDOW]
        literals = sorted({candidate.literal for candidate in candidates if len(candidate.literal) >= WINDOW})
        self._offset = _common_length(literals) if known else 0
        is_leaf = len(literals) < (2 if known else 1)
        self._width = 0 if is_leaf else min(WINDOW, min(map(len, literals)) - self._offset)
        pieces = sorted({self._piece(literal) for literal in literals}, key=window_of) if self._width else []
        self._mask = np.uint64((1 << (8 * self._width)) - 1)
        self._codes = _Codes([window_of(piece) for piece in pieces])
        self._children = [_Node(self._below(piece), WINDOW) for piece in pieces]

    def groups(self, texts: Texts, rows: Numbers) -> Iterator[Group]:
        """Yield the rows in groups, each with the candidates they may begin with."""
        if not self._children:
            yield Group(rows, self._candidates, self._known)
            return
        # A text shorter than the look goes by the bytes behind it. It comes to a place where all literals it can
        # begin with are candidates, or to one where it begins with none: `starts_with` asks for the length.
        windows = texts.windows(rows, self._offset)
        codes = self._codes.of(windows if self._width == WINDOW else windows & self._mask)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(self._children) + 1)).tolist()
        rows, begin = rows[order], 0
        for place, end in enumerate(ends):
            if end > begin and place < len(self._children):
                yield from self._children[place].groups(texts, rows[begin:end])
            elif end > begin:
                yield Group(rows[begin:end], self._short, self._known)
            begin = end

    def _piece(self, literal: bytes) -> bytes:
        return literal[self._offset : self._offset + self._width]

    def _below(self, piece: bytes) -> list[Candidate]:
        return [candidate for candidate in self._candidates if self._is_below(candidate.literal, piece)]

    def _is_below(self, literal: bytes, piece: bytes) -> bool:
        if len(literal) < WINDOW:
            return self._known > 0 or piece.startswith(literal)
        return self._piece(literal) == piece


class _Codes:
    """Finds the places of numbers in a list of few, by a table without collisions: half the price of a search."""

    def __init__(self, keys: Sequence[int]) -> None:
        self._none = len(keys)
        self._keys = np.array([*keys, 0], dtype=np.uint64)
        self._hash = next(hash_ for hash_ in _hashes() if _is_free_of_collisions(hash_, self._keys[:-1]))
        self._table = np.full(1 << self._hash.bits, self._none, np.uint16)
        self._table[self._hash.slots(self._keys[:-1])] = np.arange(self._none)

    def of(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """Return the place of each number, or the number of keys where it is none of them."""
        codes: NDArray[np.uint16] = self._table[self._hash.slots(numbers)]
        codes[self._keys[codes] != numbers] = self._none
        return codes


@dataclass(frozen=True, slots=True)
class _Hash:
    """The upper bits of a product."""

    bits: int
    factor: int

    def slots(self, numbers: NDArray[np.uint64]) -> Numbers:
        return ((numbers * np.uint64(self.factor)) >> np.uint64(64 - self.bits)).astype(np.int64)


def _hashes() -> Iterator[_Hash]:
    for bits, attempt in itertools.product(range(1, 32), range(1, 17)):
        yield _Hash(bits, (attempt * _GOLDEN) % (1 << 64) | 1)


def _is_free_of_collisions(hash_: _Hash, keys: NDArray[np.uint64]) -> bool:
    return len(np.unique(hash_.slots(keys))) == len(keys)


def _common_length(literals: Sequence[bytes]) -> int:
    """Return how many bytes sorted literals have in common at their start."""
    pairs = zip(literals[0], literals[-1], strict=False) if literals else ()
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(map(len, literals), default=0))
