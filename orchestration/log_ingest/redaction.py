"""Lines without secrets, and how many of each kind were replaced in which lines.

Lines are redacted before anything else looks at them, so that no field can hold what its line does not. What a secret
is and what stands for it is orchestration/redaction.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.log_ingest.lines import Lines
from orchestration.log_ingest.texts import Numbers
from orchestration.redaction.redactor import Redactor


@dataclass(frozen=True, slots=True)
class Redactions:
    """How many secrets of one kind were replaced in which lines (places in `Lines`)."""

    rule_name: str
    places: Numbers
    counts: Numbers


def redact_lines(redactor: Redactor, lines: Lines) -> tuple[Lines, list[Redactions]]:
    """Return the lines without secrets, and what was replaced."""
    texts = lines.texts.each_on_a_line()
    redacted = redactor.redact(texts.data, texts.starts, texts.sizes)
    if not redacted.places:
        return lines, []
    text = lines.text.scatter(redacted.places, pl.Series(redacted.texts))
    places: dict[str, Counter[int]] = {}
    for place, names in zip(redacted.places, redacted.rule_names, strict=True):
        for name in names:
            places.setdefault(name, Counter())[place] += 1
    found = [
        Redactions(name, np.array(sorted(counts), np.int64), np.array([counts[p] for p in sorted(counts)], np.int64))
        for name, counts in sorted(places.items())
    ]
    return lines.with_text(text), found
