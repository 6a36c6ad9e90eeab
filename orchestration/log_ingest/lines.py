"""Segments of several logs as one column of lines: texts, places and lengths.

Joining small logs makes every later step cost once per batch and not once per log. Lines are clean here: ANSI codes
are gone, and `flaws` says which lines cannot be part of a record and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.texts import PADDING, Numbers, Texts, padded

FLAWS = ("", "too_long", "binary", "damaged")
ANSI_CODES = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of several segments, in order; all columns have one value per line."""

    segments: tuple[Segment, ...]
    texts: Texts
    segment_numbers: Numbers
    line_numbers: Numbers
    byte_counts: Numbers
    # Per line 0, or the number of the reason why it cannot be part of a record.
    flaws: NDArray[np.int8]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.line_numbers)

    @property
    def first_lines(self) -> Numbers:
        """Return the place of each segment's first line, and the number of lines at the end."""
        counts = [segment.line_count for segment in self.segments]
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(counts, np.int64))])

    @property
    def text(self) -> pl.Series:
        """Return the lines as a column."""
        return self.texts.series

    def with_text(self, text: pl.Series) -> "Lines":
        """Return the lines with other text."""
        return replace(self, texts=Texts.of(text))


def join_lines(segments: Sequence[Segment], max_line_byte_count: int) -> Lines:
    """Return the lines of all segments as one."""
    sizes = np.array([segment.text_byte_count for segment in segments], np.int64)
    shifts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    ends = np.concatenate([segment.ends + shift for segment, shift in zip(segments, shifts, strict=False)])
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
    counts = np.array([segment.line_count for segment in segments], np.int64)
    numbers = [np.arange(s.line_count, dtype=np.int64) + s.first_line_number for s in segments]
    byte_counts = np.concatenate([segment.byte_counts for segment in segments])
    lines = Lines(
        segments=tuple(segments),
        texts=Texts(_one_buffer(segments), starts, ends - starts - 1),
        segment_numbers=np.repeat(np.arange(len(segments)), counts),
        line_numbers=np.concatenate(numbers),
        byte_counts=byte_counts,
        flaws=np.zeros(len(ends), np.int8),
    )
    _mark_flaws(lines, max_line_byte_count)
    has_codes = any(b"\x1b" in segment.data for segment in segments)
    return lines.with_text(lines.text.str.replace_all(ANSI_CODES, "")) if has_codes else lines


def _one_buffer(segments: Sequence[Segment]) -> NDArray[np.uint8]:
    """Return the bytes of all segments: those of a single one as they lie, if enough follows them."""
    views = [np.frombuffer(segment.data, np.uint8) for segment in segments]
    if len(segments) == 1 and len(views[0]) >= segments[0].text_byte_count + PADDING:
        return views[0]
    return padded(*(view[: segment.text_byte_count] for view, segment in zip(views, segments, strict=True)))


def _mark_flaws(lines: Lines, max_line_byte_count: int) -> None:
    if any(b"\0" in segment.data for segment in lines.segments):
        lines.flaws[lines.text.str.contains("\0", literal=True).to_numpy()] = FLAWS.index("binary")
    lines.flaws[lines.byte_counts > max_line_byte_count] = FLAWS.index("too_long")
    for first, segment in zip(lines.first_lines, lines.segments, strict=False):
        for place, flaw in segment.flaws.items():
            lines.flaws[first + place] = FLAWS.index(flaw)
