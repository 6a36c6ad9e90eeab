"""Which dialect a log speaks: the share of sampled lines that each dialect's detection patterns match.

The sample is drawn from the first block of the log, by place and not by chance, so that the answer is always the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from orchestration.log_ingest.dialect import Dialect

_HEAD_LINE_COUNT = 400
_MIDDLE_LINE_COUNT = 200
# A line is judged by its beginning: a sample of megabyte lines stays small.
_JUDGED_CHARACTER_COUNT = 1000


@dataclass(frozen=True, slots=True)
class Recognition:
    """The dialect of a log, or None; `match_pct` is the best share found, 0 to 100."""

    dialect: Dialect | None
    match_pct: float


def recognise(lines: pl.Series, dialects: Sequence[Dialect]) -> Recognition:
    """Return the dialect with the highest share above its own minimum; equal shares are decided by priority."""
    sample = _sample(lines)
    shares = {dialect.name: _share(sample, dialect) for dialect in dialects}
    fitting = [dialect for dialect in dialects if shares[dialect.name] >= dialect.detection.min_share]
    if not fitting:
        return Recognition(None, round(100 * max(shares.values(), default=0.0), 2))
    best = max(fitting, key=lambda dialect: (shares[dialect.name], dialect.detection.priority, dialect.name))
    return Recognition(best, round(100 * shares[best.name], 2))


def _sample(lines: pl.Series) -> pl.Series:
    filled = lines.filter(lines.str.contains(r"\S"))
    head = filled.head(_HEAD_LINE_COUNT)
    others = filled.slice(_HEAD_LINE_COUNT)
    step = max(1, len(others) // _MIDDLE_LINE_COUNT)
    middle = others.gather_every(step).head(_MIDDLE_LINE_COUNT)
    return pl.concat([head, middle]).str.head(_JUDGED_CHARACTER_COUNT)


def _share(sample: pl.Series, dialect: Dialect) -> float:
    if not len(sample) or not dialect.detection.patterns:
        return 0.0
    pattern = "|".join(f"(?:{pattern})" for pattern in dialect.detection.patterns)
    return float(sample.str.contains(pattern).sum()) / len(sample)
