"""What regression detection knows: the levels of all units in all sessions, and the changes it judges.

Read from rows by regression_frames.py; judged between builds and over time by changes.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orchestration.analysis.regressions.change_points import ScanOptions
from orchestration.analysis.regressions.level_comparison import ComparisonOptions, Levels, Mask


@dataclass(frozen=True, slots=True)
class Unit:
    """A handler, beat or sequence; `clock_ms` is the step of its clock, added to durations before the logarithm."""

    kind: str
    unit_id: str
    clock_ms: float


@dataclass(frozen=True, slots=True)
class Session:
    """A session in the order of time; without a clock it has no `started_at` and comes first, in order of its path."""

    session_id: str
    build: str | None
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    """All units by all sessions."""

    units: Sequence[Unit]
    sessions: Sequence[Session]
    levels: Levels


@dataclass(frozen=True, slots=True)
class RegressionOptions:
    """Both comparisons, and how many sessions a change over time stays new."""

    comparison: ComparisonOptions = field(default_factory=ComparisonOptions)
    scan: ScanOptions = field(default_factory=ScanOptions)
    new_sessions: int = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One judged comparison of a unit; levels and their difference are logarithms.

    `is_change` is false for what was looked at and found unchanged: it says what could have been seen.
    """

    comparison: str
    unit: int
    before: Mask
    after: Mask
    good_build: str | None
    bad_build: str | None
    level: float
    difference: float
    low: float
    high: float
    p_value: float
    false_discovery_rate: float
    smallest_visible: float
    is_change: bool
    lifecycle: str | None = None

    @property
    def is_slower(self) -> bool:
        """Whether the unit takes longer than before."""
        return self.difference > 0


def lifecycle(is_newest: bool, is_undone: bool) -> str:
    """Name where a change stands: undone by a later opposite one, just seen, or known and still there."""
    if is_undone:
        return "resolved"
    return "new" if is_newest else "ongoing"
