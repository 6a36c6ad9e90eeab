"""Lines and names of logs without secrets, and how many of each kind were replaced in which lines.

Lines are redacted before anything else looks at them, so that no field can hold what its line does not. What a secret
is and what stands for it is orchestration/redaction.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from orchestration.log_ingest.discovery import Discovery
from orchestration.log_ingest.lines import Lines
from orchestration.log_ingest.texts import Numbers
from orchestration.redaction.redactor import Redactor

# What a name ends with is no part of a mail address in it.
_ENDING = re.compile(r"(?:\.(?:log|txt|out|err|json|jsonl|ndjson|old|bak|gz|zst|bz2|xz|zip|\d{1,4}))*$")


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


def redact_names(redactor: Redactor, found: Discovery) -> Discovery:
    """Return the files found, under names without secrets: no table, page or message knows them by another."""
    names = [log.log_file_path for log in found.logs] + [kind.example_path for kind in found.passed_over]
    endings = [str(_ENDING.search(name)[0]) for name in names]  # type: ignore[index]
    stems = [name.removesuffix(ending) for name, ending in zip(names, endings, strict=True)]
    redacted = redactor.redact_column(pl.Series(stems, dtype=pl.String)).to_list()
    shown = [stem + ending for stem, ending in zip(redacted, endings, strict=True)]
    return Discovery(
        tuple(replace(log, log_file_path=name) for log, name in zip(found.logs, shown, strict=False)),
        tuple(
            replace(kind, example_path=name)
            for kind, name in zip(found.passed_over, shown[len(found.logs) :], strict=True)
        ),
    )
