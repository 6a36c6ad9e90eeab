"""Counts of the lines of a log, and how counts of parts add up.

Counting itself is batch.py; what is kept of it is ledger.py.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of the lines of a log, or of a part of it."""

    line_count: int = 0
    record_line_count: int = 0
    rejected_line_count: int = 0
    blank_line_count: int = 0
    record_count: int = 0
    other_record_count: int = 0
    replaced_character_count: int = 0
    refused_stamp_count: int = 0
    redactions: dict[str, int] = field(default_factory=dict)
    first_emitted_ms: int | None = None
    last_emitted_ms: int | None = None

    def __add__(self, other: "Tally") -> "Tally":
        """Return the counts of both."""
        firsts = [stamp for stamp in (self.first_emitted_ms, other.first_emitted_ms) if stamp is not None]
        lasts = [stamp for stamp in (self.last_emitted_ms, other.last_emitted_ms) if stamp is not None]
        return Tally(
            self.line_count + other.line_count,
            self.record_line_count + other.record_line_count,
            self.rejected_line_count + other.rejected_line_count,
            self.blank_line_count + other.blank_line_count,
            self.record_count + other.record_count,
            self.other_record_count + other.other_record_count,
            self.replaced_character_count + other.replaced_character_count,
            self.refused_stamp_count + other.refused_stamp_count,
            dict(sorted((Counter(self.redactions) + Counter(other.redactions)).items())),
            min(firsts, default=None),
            max(lasts, default=None),
        )
