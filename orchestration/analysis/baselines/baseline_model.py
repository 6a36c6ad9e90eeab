"""A baseline: durations, rates, coverage and declarations of some sessions, complete enough to compare with later.

The shape of the file `<home>/baselines/NAME.json`, which is also what is exported and imported: whoever changes a field
raises VERSION. What is compared is per session, because sessions are what tests draw from; the percentiles and the
counts per bucket are for people. Taken from a warehouse in baseline_facts.py, compared in baseline_comparison.py.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from orchestration.domain.errors import UsageError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "sightline-baseline"
VERSION = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class BaselineSession:
    """A session of the baseline; later runs leave it out of what they compare."""

    session_id: str
    session_name: str
    log_file_path: str
    build: str | None
    started_at: datetime | None
    load_factor: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations of one handler, beat or sequence: `buckets` counts them by floor(4 x log2(ms + clock))."""

    count: int
    total_ms: float
    max_ms: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    buckets: dict[int, int]


@dataclass(frozen=True, slots=True)
class TimedUnit:
    """A handler, beat or sequence with its level in each session: (place of the session, logarithm, executions)."""

    kind: str
    unit_id: str
    name: str
    plugin: str | None
    clock_ms: float
    spread: Spread
    levels: tuple[tuple[int, float, int], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something goes wrong: per session (place of the session, cases, those in which it did)."""

    kind: str
    subject_id: str
    name: str
    measure: str
    counts: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A handler or beat: whether a test reaches it (null for beats), and in how many sessions it ran."""

    kind: str
    subject_id: str
    name: str
    is_tested: bool | None
    session_count: int
    execution_count: int


@dataclass(frozen=True, slots=True)
class DeclaredBeat:
    """What was declared of a beat when the baseline was saved."""

    beat_id: str
    sequence_id: str
    handler_id: str | None
    name: str
    timing: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What some sessions showed; places in `units` and `rates` count from 0 in `sessions`."""

    format: str
    version: int
    name: str
    saved_at: datetime
    sessions: tuple[BaselineSession, ...]
    units: tuple[TimedUnit, ...]
    rates: tuple[Rate, ...]
    covered: tuple[Covered, ...]
    beats: tuple[DeclaredBeat, ...]


@cache
def _adapter() -> "TypeAdapter[Baseline]":
    # Building it reads the metadata of every package: work that no import may do.
    from pydantic import TypeAdapter

    return TypeAdapter(Baseline)


def require_name(name: str) -> str:
    """Return the name; raise UsageError when it could not be a file's name everywhere."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r}: is not a baseline's name; use up to 64 letters, digits, dots, dashes and underscores, and "
            "begin with a letter or digit"
        )
    return name


def write_baseline(baseline: Baseline) -> bytes:
    """Return the file's content."""
    return _adapter().dump_json(baseline) + b"\n"


def read_baseline(content: bytes, place: str) -> Baseline:
    """Return the baseline in a file; raise UsageError when it is none, or one of another version."""
    from pydantic import ValidationError

    try:
        baseline = _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{place}: is not a baseline of Sightline ({where}: {first['msg']})") from None
    if baseline.format != FORMAT:
        raise UsageError(f"{place}: is not a baseline of Sightline (format {baseline.format!r})")
    if baseline.version != VERSION:
        raise UsageError(
            f"{place}: is a baseline of version {baseline.version}, this Sightline reads {VERSION}; save it anew"
        )
    require_name(baseline.name)
    _require_places(baseline, place)
    return baseline


def _require_places(baseline: Baseline, place: str) -> None:
    known = range(len(baseline.sessions))
    places = [level[0] for unit in baseline.units for level in unit.levels]
    places += [count[0] for rate in baseline.rates for count in rate.counts]
    if any(number not in known for number in places):
        raise UsageError(f"{place}: is not a baseline of Sightline (it counts sessions that it does not list)")
