"""Texts as places in one buffer of bytes: cut, chosen and compared by their places, without copying a byte of them.

Polars and Arrow see them as string views (Arrow's StringView: sixteen bytes a text) over the same buffer. Whose texts
they are is said elsewhere: lines in lines.py, messages in records.py.
"""

from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

WINDOW = 8
# So many bytes follow the last text of a buffer: a view looks at sixteen from any place, the end included.
PADDING = 16
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(WINDOW + 1)], dtype=np.uint64)
_HALF = np.uint64(32)
_LINE_FEED = ord("\n")
# A view holds a text of up to twelve bytes itself.
_INLINE = 12
_MAX_CHARACTER_SIZE = 4


class Texts:
    """Valid UTF-8 texts in one buffer."""

    def __init__(self, padded: NDArray[np.uint8], starts: Numbers, sizes: Numbers) -> None:
        """Hold the texts that begin at `starts` of a buffer in which PADDING bytes of any kind follow the last."""
        self._padded = padded
        self.starts = starts
        self.sizes = sizes
        self._last = int(starts.max()) if len(starts) else 0
        self._windows = np.lib.stride_tricks.as_strided(
            padded[:WINDOW].view("<u8"), shape=(len(padded) - WINDOW + 1,), strides=(1,), writeable=False
        )

    @classmethod
    def of(cls, texts: pl.Series) -> "Texts":
        """Lay the texts of a column without nulls out one after the other."""
        data, offsets = _laid_out(texts)
        return cls(padded(data), offsets[:-1], np.diff(offsets))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts)

    @cached_property
    def array(self) -> "pa.Array[Any]":
        """Return the texts as an Arrow array of views."""
        views = np.empty((len(self), 2), np.uint64)
        first = self._windows[self.starts]
        views[:, 0] = (first << _HALF) | self.sizes.astype(np.uint64)
        views[:, 1] = self.starts.astype(np.uint64) << _HALF
        short = np.flatnonzero(self.sizes <= _INLINE)
        if len(short):
            starts, sizes = self.starts[short], self.sizes[short]
            head = first[short] & _MASKS[np.minimum(sizes, WINDOW)]
            tail = self._windows[starts + WINDOW] & _MASKS[np.clip(sizes - WINDOW, 0, _INLINE - WINDOW)]
            views[short, 0] = (head << _HALF) | sizes.astype(np.uint64)
            views[short, 1] = (head >> _HALF) | (tail << _HALF)
        return pa.Array.from_buffers(
            pa.string_view(), len(self), [None, pa.py_buffer(views.data), pa.py_buffer(self._padded.data)]
        )

    @property
    def data(self) -> NDArray[np.uint8]:
        """Return the buffer."""
        return self._padded

    def each_on_a_line(self) -> "Texts":
        """Return the texts in a buffer in which each is followed by a line feed: this one, if it is so already."""
        ends = (self.starts + self.sizes)[:-1]
        is_so = bool((self._padded[ends] == _LINE_FEED).all()) and bool((self.starts[1:] == ends + 1).all())
        return self if is_so else Texts.of(self.series + "\n").without_ends(1)

    def without_ends(self, byte_count: int) -> "Texts":
        """Return what is left of each text before so many bytes."""
        return Texts(self._padded, self.starts, self.sizes - byte_count)

    @cached_property
    def series(self) -> pl.Series:
        """Return the texts as a column."""
        return pl.Series(pl.from_arrow(self.array))

    def gather(self, rows: Numbers) -> "Texts":
        """Return the texts at the rows."""
        return Texts(self._padded, self.starts[rows], self.sizes[rows])

    def without_starts(self, byte_counts: Numbers) -> "Texts":
        """Return what is left of each text after so many bytes."""
        return Texts(self._padded, self.starts + byte_counts, self.sizes - byte_counts)

    def heads(self, byte_count: int) -> "Texts":
        """Return at most so many bytes of each text, whole characters."""
        sizes = np.minimum(self.sizes, byte_count)
        for _ in range(_MAX_CHARACTER_SIZE - 1):
            is_cut = (sizes < self.sizes) & (self._padded[self.starts + sizes] & 0xC0 == 0x80)
            sizes -= is_cut
        return Texts(self._padded, self.starts, sizes)

    def with_texts(self, rows: Numbers, texts: pl.Series) -> "Texts":
        """Return the texts with others at the rows."""
        data, offsets = _laid_out(texts)
        starts, sizes = self.starts.copy(), self.sizes.copy()
        starts[rows], sizes[rows] = offsets[:-1] + len(self._padded), np.diff(offsets)
        return Texts(padded(self._padded, data), starts, sizes)

    def windows(self, rows: Numbers | slice, offset: int) -> NDArray[np.uint64]:
        """Return the eight bytes at `offset` of each text as a number; behind the text's end it is any number."""
        places = self.starts[rows] + offset
        if self._last + offset >= len(self._windows):
            places = np.minimum(places, len(self._windows) - 1)
        return self._windows[places]

    def starts_with(self, rows: Numbers | slice, literal: bytes, known: int) -> Mask:
        """Return which of the rows' texts begin with a literal, if the first `known` bytes they have are like its."""
        mask: Mask = self.sizes[rows] >= len(literal)
        if len(literal) < WINDOW:
            mask &= self.windows(rows, 0) & _MASKS[len(literal)] == np.uint64(window_of(literal))
            return mask
        # The last window may overlap the one before.
        for offset in [*range(known, len(literal) - WINDOW, WINDOW), len(literal) - WINDOW]:
            mask &= self.windows(rows, offset) == np.uint64(window_of(literal[offset : offset + WINDOW]))
        return mask


def padded(*pieces: "bytes | NDArray[np.uint8]") -> NDArray[np.uint8]:
    """Return the bytes of all pieces as one buffer for texts."""
    views = [np.frombuffer(piece, np.uint8) if isinstance(piece, bytes) else piece for piece in pieces]
    return np.concatenate([*views, np.zeros(PADDING, np.uint8)])


def window_of(piece: bytes) -> int:
    """Return up to eight bytes as the number `Texts.windows` would give for them."""
    return int.from_bytes(piece, "little")


def _laid_out(texts: pl.Series) -> tuple[NDArray[np.uint8], Numbers]:
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets_buffer, data = array.buffers()
    assert offsets_buffer is not None
    offsets = np.frombuffer(memoryview(offsets_buffer), np.int64)[array.offset : array.offset + len(array) + 1]
    raw = np.empty(0, np.uint8) if data is None else np.frombuffer(memoryview(data), np.uint8)
    return raw[: int(offsets[-1])], offsets
