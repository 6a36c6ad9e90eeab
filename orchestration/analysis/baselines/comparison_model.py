"""What a comparison with a baseline says: a row per time, rate, covered thing and declaration.

Made in baseline_comparison.py; shown by the command line and the page Regressions.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import floor, log10

from orchestration.analysis.baselines.baseline_model import Baseline, TimedUnit
from orchestration.analysis.baselines.rate_comparison import RateShift

_RATE_WORDS = {
    ("sequence", "deviates"): "flows that deviate",
    ("sequence", "fails"): "flows that fail",
    ("handler", "fails"): "executions that fail",
    ("error", "occurs"): "sessions with this error",
}


@dataclass(frozen=True, slots=True)
class TimeChange:
    """A unit on both sides; what is compared is none for one that ran in too few sessions of a side.

    `explained_by` names the unit of the same change inside this one: of a beat its handler, of a sequence its beat.
    """

    kind: str
    unit_id: str
    name: str
    plugin: str | None
    verdict: str
    before: TimedUnit
    now: TimedUnit
    before_ms: float | None = None
    change_ms: float | None = None
    change_ms_low: float | None = None
    change_ms_high: float | None = None
    false_discovery_rate: float | None = None
    smallest_visible_pct: float | None = None
    explained_by: str | None = None

    @property
    def change_words(self) -> tuple[str, str]:
        """Say the change and its 95% interval, as in "+49.9 ms" and "+41.8 to +59.5 ms"."""
        low, high = _signed(self.change_ms_low), _signed(self.change_ms_high)
        return f"{_signed(self.change_ms)} ms", f"{low} to {high} ms"


def _signed(value: float | None) -> str:
    """Return a change with one decimal; below 0.1 with as many as two digits of it need: +0.0 would be no change."""
    if value is None:
        return "?"
    size = abs(value)
    decimals = 1 if size >= 0.1 or size == 0 else min(4, 1 - floor(log10(size)))
    return f"{value:+,.{decimals}f}"


@dataclass(frozen=True, slots=True)
class RateChange:
    """How often a subject deviates, fails or occurs on both sides; `is_new` where it never did in the baseline."""

    kind: str
    subject_id: str
    name: str
    measure: str
    verdict: str
    shift: RateShift
    false_discovery_rate: float | None
    is_new: bool

    @property
    def words(self) -> str:
        """Say of what it is a share, as in "3 of 59 flows that deviate"."""
        return _RATE_WORDS.get((self.kind, self.measure), f"{self.kind} {self.measure}")

    @property
    def is_told(self) -> bool:
        """Tell whether it is worth a line: it changed beyond chance, or happened for the first time."""
        return self.verdict in ("more", "less") or self.is_new


class CoverageKind(StrEnum):
    """What became of what is covered, as people read it."""

    UNSEEN = "not seen"
    UNTESTED = "no longer tested"
    GONE = "no longer declared or seen"
    NEW = "seen for the first time"


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """A handler or beat whose coverage changed.

    `false_discovery_rate` is of what sessions no longer show; none for what code alone decides.
    """

    kind: str
    subject_id: str
    name: str
    change: CoverageKind
    verdict: str
    before_session_count: int
    now_session_count: int
    false_discovery_rate: float | None = None


@dataclass(frozen=True, slots=True)
class DeclarationChange:
    """A beat whose declared timing, kind or handler is another one."""

    beat_id: str
    name: str
    what: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was compared; the worst first in each."""

    before: Baseline
    now: Baseline
    times: tuple[TimeChange, ...]
    rates: tuple[RateChange, ...]
    coverage: tuple[CoverageChange, ...]
    declarations: tuple[DeclarationChange, ...]
