"""Which dialect a log speaks: the share of sampled lines that each dialect's detection patterns match.

The sample is drawn from the first segment of the log, by place and not by chance, so that it is always the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.texts import Numbers, Texts

_HEAD_LINE_COUNT = 400
_MIDDLE_LINE_COUNT = 200
# A line is judged by its beginning: a sample of megabyte lines stays small.
_JUDGED_BYTE_COUNT = 1000


@dataclass(frozen=True, slots=True)
class Recognition:
    """The dialect of a log, or None; `match_pct` is the best share found, 0 to 100."""

    dialect: Dialect | None
    match_pct: float


def recognise(segments: Sequence[Segment], dialects: Sequence[Dialect]) -> list[Recognition]:
    """Return for each log, given by its first segment, the dialect with the highest share above its own minimum.

    Equal shares are decided by priority.
    """
    if not segments:
        return []
    samples = [segment.lines.gather(_sampled_places(segment)) for segment in segments]
    texts = Texts.of(pl.concat(samples).str.strip_suffix("\n")).heads(_JUDGED_BYTE_COUNT).series
    is_judged = texts.str.contains(r"\S")
    ends = np.cumsum([len(sample) for sample in samples])
    judged_before = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_judged.to_numpy())])
    counts = np.diff(judged_before[ends], prepend=0).tolist()
    judged = texts.filter(is_judged)
    shares = {dialect.name: _shares(judged, counts, dialect) for dialect in dialects}
    return [_best(dialects, {name: values[number] for name, values in shares.items()}) for number in range(len(counts))]


def _sampled_places(segment: Segment) -> Numbers:
    filled = np.flatnonzero(segment.byte_counts > 0)
    others = filled[_HEAD_LINE_COUNT:]
    step = max(1, len(others) // _MIDDLE_LINE_COUNT)
    return np.concatenate([filled[:_HEAD_LINE_COUNT], others[::step][:_MIDDLE_LINE_COUNT]])


def _shares(texts: pl.Series, counts: list[int], dialect: Dialect) -> list[float]:
    if not dialect.detection.patterns or not len(texts):
        return [0.0] * len(counts)
    pattern = "|".join(f"(?:{pattern})" for pattern in dialect.detection.patterns)
    hits = np.concatenate([np.zeros(1, np.int64), np.cumsum(texts.str.contains(pattern).to_numpy())])
    ends = np.cumsum(counts)
    return [
        float(hits[end] - hits[end - count]) / count if count else 0.0 for end, count in zip(ends, counts, strict=True)
    ]


def _best(dialects: Sequence[Dialect], shares: dict[str, float]) -> Recognition:
    fitting = [dialect for dialect in dialects if shares[dialect.name] >= dialect.detection.min_share]
    if not fitting:
        return Recognition(None, round(100 * max(shares.values(), default=0.0), 2))
    best = max(fitting, key=lambda dialect: (shares[dialect.name], dialect.detection.priority, dialect.name))
    return Recognition(best, round(100 * shares[best.name], 2))
