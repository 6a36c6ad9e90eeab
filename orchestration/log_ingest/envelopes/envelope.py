"""What an envelope is: it opens the lines it wraps, and says what was written on it: a time, a level, who spoke.

A further kind is one more entry of patterns.py, or a module whose object has `name` and `opened`. How envelopes are
taken off a line, one in the other, is peeling.py. What is inside is a message: that is a dialect's business.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.log_ingest.captures import captured
from orchestration.log_ingest.columns import arrow_of, numbers_of
from orchestration.log_ingest.dialect import SEVERITIES
from orchestration.log_ingest.stamps import NO_STAMP, parse_stamps
from orchestration.log_ingest.texts import Mask, Numbers

NO_SEVERITY = -1


@dataclass(frozen=True, slots=True)
class Opened:
    """What one envelope found in each of some lines.

    `sizes` are the bytes that wrap, -1 where the line is not wrapped so. `is_timed` says where a time is written, and
    `emitted_ms` which (NO_STAMP where it cannot be read); `severities` are places in SEVERITIES.
    """

    sizes: Numbers
    is_timed: Mask
    emitted_ms: Numbers
    severities: NDArray[np.int8]
    source_names: pl.Series


class Envelope(Protocol):
    """One way of wrapping a message in a line."""

    @property
    def name(self) -> str:
        """Return what people call it."""
        ...

    def opened(self, texts: pl.Series) -> Opened:
        """Look at the beginning of each text."""
        ...


@dataclass(frozen=True, slots=True)
class PatternEnvelope:
    """An envelope told by a pattern.

    Its group `head` is what wraps and may hold `emitted_at`, `severity` and `source_file_name`; the rest is inside.
    """

    name: str
    pattern: str
    time_formats: tuple[str, ...] = ()
    severity_of_word: tuple[tuple[str, str], ...] = ()

    def opened(self, texts: pl.Series) -> Opened:
        """Look at the beginning of each text."""
        found = captured(texts, self.pattern)
        count, names = len(texts), found.columns
        stamps = found["emitted_at"] if "emitted_at" in names else pl.repeat(None, count, dtype=pl.String, eager=True)
        words = found["severity"] if "severity" in names else pl.repeat(None, count, dtype=pl.String, eager=True)
        return Opened(
            sizes=found["head"].str.len_bytes().cast(pl.Int64).fill_null(-1).to_numpy(writable=True),
            is_timed=stamps.is_not_null().to_numpy(),
            emitted_ms=self._moments(stamps),
            severities=self._severities(words),
            source_names=found["source_file_name"]
            if "source_file_name" in names
            else pl.repeat(None, count, dtype=pl.String, eager=True),
        )

    def _moments(self, stamps: pl.Series) -> Numbers:
        if not self.time_formats or stamps.null_count() == len(stamps):
            return np.full(len(stamps), NO_STAMP, np.int64)
        return numbers_of(parse_stamps(arrow_of(stamps), self.time_formats).cast(pa.int64()), NO_STAMP)

    def _severities(self, words: pl.Series) -> NDArray[np.int8]:
        if words.null_count() == len(words):
            return np.full(len(words), NO_SEVERITY, np.int8)
        place = {word: SEVERITIES.index(severity) for word, severity in self.severity_of_word}
        codes = words.replace_strict(place, default=NO_SEVERITY, return_dtype=pl.Int8)
        return codes.fill_null(NO_SEVERITY).to_numpy()
