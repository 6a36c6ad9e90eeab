"""Which literal starts can a text have: rows grouped by their first eight bytes.

One look at eight bytes replaces a comparison with every literal of a dialect: the literals that share those bytes are
then tried on their own rows only.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

_WIDTH = 8

Rows = NDArray[np.int64]
Candidate = tuple[int, str | None]


class PrefixIndex:
    """An index over the literal starts of numbered rules."""

    def __init__(self, starts: Sequence[tuple[str, ...]]) -> None:
        """Index `starts[number]`, the literals of rule `number`."""
        literals = [(number, start) for number, rule_starts in enumerate(starts) for start in rule_starts]
        long = sorted({start.encode()[:_WIDTH] for _, start in literals if len(start.encode()) >= _WIDTH})
        self._keys = np.array(sorted(_key(start) for start in long), dtype=np.uint64)
        by_key = {_key(start): start for start in long}
        self._candidates: list[list[Candidate]] = [
            [(number, start) for number, start in literals if _may_begin(start.encode(), by_key[int(key)])]
            for key in self._keys
        ]
        # Texts with none of the long starts can only begin with a short one.
        self._short: list[Candidate] = [item for item in literals if len(item[1].encode()) < _WIDTH]

    def groups(self, texts: pl.Series) -> Iterator[tuple[Rows, list[Candidate]]]:
        """Yield groups of row numbers with the literals to try on them, in order; each row comes once."""
        if not len(texts):
            return
        codes = self._codes(texts)
        order = np.argsort(codes, kind="stable").astype(np.int64)
        counts = np.bincount(codes, minlength=len(self._keys) + 1)
        start = 0
        for code, count in enumerate(counts):
            if count:
                candidates = self._candidates[code] if code < len(self._keys) else self._short
                yield order[start : start + count], candidates
            start += count

    def _codes(self, texts: pl.Series) -> NDArray[np.uint16]:
        nothing = np.full(len(texts), len(self._keys), dtype=np.uint16)
        if not len(self._keys):
            return nothing
        heads = _first_bytes(texts)
        places = np.minimum(np.searchsorted(self._keys, heads), len(self._keys) - 1)
        return np.where(self._keys[places] == heads, places, nothing).astype(np.uint16)


def _key(start: bytes) -> int:
    return int.from_bytes(start[:_WIDTH], "little")


def _may_begin(literal: bytes, key: bytes) -> bool:
    return key.startswith(literal[:_WIDTH])


def _first_bytes(texts: pl.Series) -> NDArray[np.uint64]:
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets_buffer, data = array.buffers()
    assert offsets_buffer is not None
    offsets = np.frombuffer(memoryview(offsets_buffer), np.int64)[array.offset : array.offset + len(array) + 1]
    starts, sizes = offsets[:-1], np.minimum(np.diff(offsets), _WIDTH)
    raw = np.empty(0, np.uint8) if data is None else np.frombuffer(memoryview(data), np.uint8)
    last = int(offsets[-1])
    padded = np.concatenate([raw[:last], np.zeros(_WIDTH, np.uint8)])
    windows = np.lib.stride_tricks.as_strided(padded[:8].view("<u8"), shape=(last + 1,), strides=(1,), writeable=False)
    masks = np.array([(1 << (8 * size)) - 1 for size in range(_WIDTH + 1)], dtype=np.uint64)
    heads: NDArray[np.uint64] = windows[starts] & masks[sizes]
    return heads
