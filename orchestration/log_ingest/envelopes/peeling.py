"""Take envelopes off lines, one in the other, until a dialect knows what is inside or nothing more wraps it.

Which lines begin records is decided in heads.py. Where two envelopes say a time, a level or a source, the inner one
counts: it is nearer to the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orchestration.log_ingest.captures import without_names
from orchestration.log_ingest.columns import Piece
from orchestration.log_ingest.envelopes.envelope import NO_SEVERITY, Envelope, PatternEnvelope
from orchestration.log_ingest.envelopes.patterns import ENVELOPES
from orchestration.log_ingest.stamps import NO_STAMP
from orchestration.log_ingest.texts import Mask, Numbers, Texts

# A stamp in a bracket in Serilog's line is the deepest known.
MAX_DEPTH = 3


@dataclass(slots=True)
class Peeled:
    """Lines and what was taken off each: its bytes, and what they said."""

    sizes: Numbers
    is_timed: Mask
    emitted_ms: Numbers
    severities: NDArray[np.int8]
    source_names: list[Piece] = field(default_factory=list)

    @classmethod
    def nothing(cls, count: int) -> "Peeled":
        """Return lines of which nothing is taken off yet."""
        return cls(
            np.zeros(count, np.int64),
            np.zeros(count, np.bool_),
            np.full(count, NO_STAMP, np.int64),
            np.full(count, NO_SEVERITY, np.int8),
        )

    def open(self, texts: Texts, places: Numbers, envelopes: Sequence[Envelope] = ENVELOPES) -> Numbers:
        """Take one envelope off the lines at `places`, whose insides are `texts`; return where there was one."""
        left = np.flatnonzero(_may_open(texts.series, envelopes))
        opened_places = []
        for envelope in envelopes if len(left) else ():
            found = envelope.opened(texts.gather(left).series)
            is_open = found.sizes >= 0
            if not is_open.any():
                continue
            rows = places[left[is_open]]
            self.sizes[rows] += found.sizes[is_open]
            self.is_timed[rows] |= found.is_timed[is_open]
            for whole, values, nothing in (
                (self.emitted_ms, found.emitted_ms, NO_STAMP),
                (self.severities, found.severities, NO_SEVERITY),
            ):
                is_said = is_open & (values != nothing)
                whole[places[left[is_said]]] = values[is_said]
            if found.source_names.null_count() < len(found.source_names):
                self.source_names.append(Piece(rows, found.source_names.filter(pl.Series(is_open))))
            opened_places.append(rows)
            left = left[~is_open]
            if not len(left):
                break
        return np.sort(np.concatenate(opened_places)) if opened_places else places[:0]


def insides(texts: Texts) -> list[Texts]:
    """Return the texts as they are, and without each envelope that some of them have."""
    peeled, places, levels = Peeled.nothing(len(texts)), np.arange(len(texts)), [texts]
    for _ in range(MAX_DEPTH):
        places = peeled.open(levels[-1].gather(places), places)
        if not len(places):
            break
        levels.append(texts.without_starts(peeled.sizes))
    return levels


def _may_open(texts: pl.Series, envelopes: Sequence[Envelope]) -> Mask:
    """Return which texts are worth a look: one pattern for all envelopes that have one tells most lines apart."""
    patterns = [without_names(envelope.pattern) for envelope in envelopes if isinstance(envelope, PatternEnvelope)]
    if len(patterns) < len(envelopes):
        return np.ones(len(texts), np.bool_)
    may: Mask = texts.str.contains("|".join(patterns)).to_numpy()
    return may
