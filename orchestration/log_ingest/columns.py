"""Arrow columns of a batch, made of pieces: what was found in some of its rows.

Texts that repeat become codes and a dictionary as soon as they are found: from then on a row costs four bytes and no
comparison, down to the Parquet file. A dictionary is sorted and holds what its column holds and nothing else, so that
the same rows give the same bytes, whatever they were made together with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.log_ingest.texts import Mask, Numbers

Codes = NDArray[np.int32]
Column: TypeAlias = "pa.Array[Any]"
NULL = -1
# In milliseconds, thirty thousand years; every whole number up to it is exact as a float too.
MOST_NUMBER = 10**15
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Piece:
    """Values of some rows of a column; a null says nothing about its row."""

    rows: Numbers
    values: pl.Series


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts as places in a sorted dictionary, NULL where there is none; `is_exact` when it holds no other text."""

    codes: Codes
    dictionary: Column
    is_exact: bool = False

    def column(self, begin: int, end: int) -> Column:
        """Return the rows from `begin` to before `end`, with a dictionary of what they hold."""
        codes = self.codes[begin:end]
        if not len(codes) or codes.max() == NULL:
            return pa.nulls(len(codes), pa.dictionary(pa.int32(), pa.large_string()))
        if self.is_exact and len(codes) == len(self.codes):
            return _coded_column(codes, self.dictionary)
        is_used = np.bincount(codes + 1, minlength=len(self.dictionary) + 1) > 0
        is_used[0] = False
        places = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
        places[0] = NULL
        used: Any = pa.array(np.flatnonzero(is_used) - 1)
        return _coded_column(places[codes + 1], self.dictionary.take(used))


def _coded_column(codes: Codes, dictionary: Column) -> Column:
    indices: Any = pa.array(codes, mask=codes == NULL)
    return pa.DictionaryArray.from_arrays(indices, dictionary, safe=False)


def text_codes(pieces: Sequence[Piece], count: int) -> Coded:
    """Return texts that repeat."""
    if not pieces:
        return Coded(np.full(count, NULL, np.int32), pa.array([], pa.large_string()), is_exact=True)
    encoded = arrow_of(_values(pieces)).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    ranks = np.full(len(order) + 1, NULL, np.int32)
    ranks[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    found = ranks[numbers_of(encoded.indices, NULL)]
    codes = _spread(found, found != NULL, pieces, np.full(count, NULL, np.int32))
    return Coded(codes, encoded.dictionary.take(order), is_exact=True)


def plain_text_column(pieces: Sequence[Piece], count: int) -> Column:
    """Return a column of texts that seldom repeat."""
    if not pieces:
        return pa.nulls(count, pa.large_string())
    values = _values(pieces)
    # The null at the end is what the other rows take.
    order = np.full(count, len(values), np.int64)
    order[np.concatenate([piece.rows for piece in pieces])] = np.arange(len(values))
    return arrow_of(pl.concat([values, pl.Series([None], dtype=values.dtype)]).gather(order))


def number_column(pieces: Sequence[Piece], count: int, kind: pl.DataType) -> Column:
    """Return a column of numbers; a text that is none is null."""
    if not pieces:
        return pa.nulls(count, pa.float64() if kind == pl.Float64 else pa.int64())
    values = arrow_of(_bounded(_values(pieces).cast(kind, strict=False)))
    is_known = values.is_valid().to_numpy(zero_copy_only=False)
    numbers = numbers_of(values, 0)
    whole = _spread(numbers, is_known, pieces, np.zeros(count, numbers.dtype))
    column: Column = pa.array(whole, mask=~_spread(is_known, is_known, pieces, np.zeros(count, np.bool_)))
    return column


def _bounded(values: pl.Series) -> pl.Series:
    """Make null what no duration, count or line is: what sums and intervals behind would fall over."""
    is_number = values.is_between(-MOST_NUMBER, MOST_NUMBER)
    return pl.select(pl.when(is_number).then(values))[:, 0].cast(values.dtype)


def arrow_of(values: pl.Series) -> Column:
    """Return a column as Arrow, in the types the lake is written in."""
    return values.to_arrow(compat_level=pl.CompatLevel.oldest())


def _values(pieces: Sequence[Piece]) -> pl.Series:
    return pieces[0].values if len(pieces) == 1 else pl.concat([piece.values for piece in pieces])


def numbers_of(values: Column, null: int) -> NDArray[Any]:
    """Return a column's numbers, with one that stands for null."""
    untyped: Any = values
    numbers: NDArray[Any] = pc.fill_null(untyped, null).to_numpy()
    return numbers


def _spread(values: NDArray[_T], is_known: Mask, pieces: Sequence[Piece], whole: NDArray[_T]) -> NDArray[_T]:
    """Put the known values of all pieces into the rows they belong to."""
    rows = pieces[0].rows if len(pieces) == 1 else np.concatenate([piece.rows for piece in pieces])
    if is_known.all():
        whole[rows] = values
    else:
        whole[rows[is_known]] = values[is_known]
    return whole
