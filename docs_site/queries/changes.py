"""What changed: since the site before, and from the build before to the newest.

The figures compared are those of the overview. Whether a change of durations is more than chance is judged by the
regressions, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docs_site.html.number_format import format_count, format_pct
from docs_site.queries.history import Snapshot, last_other, timing_changes
from orchestration.warehouse import load_rows

_FIGURES = """
select
    (select count(*) from marts.dim_sessions) as session_count,
    (select count(*) from marts.fct_flows) as flow_count,
    (select 100.0 * count(*) filter (where is_conformant) / nullif(count(*), 0) from marts.fct_flows)
        as conformance_pct,
    (select count(*) from marts.fct_flows where status = 'failed') as flow_failed_count,
    (select count(*) from marts.fct_errors where severity = 'error' and not coalesce(is_consequence, false))
        as error_count,
    (select count(*) from reports.rpt_handler_coverage where is_used) as used_handler_count,
    (select count(*) from reports.rpt_handler_coverage where quadrant = 'used_tested') as tested_handler_count
"""
_WARNINGS = """
select recommendation_id from reports.rpt_recommendations
where severity in ('critical', 'warning') and outcome = 'open' order by recommendation_id
"""
_TIMINGS = """
select sequence_name || ', beat ' || beat_number || ': ' || topic as beat, min(timing) as timing
from marts.dim_beats group by 1 order by 1
"""
_BUILDS = "select * from reports.rpt_builds order by build_number desc limit 2"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is compared: its name, its words, and which way is better (1 up, -1 down, 0 neither)."""

    name: str
    title: str
    better: int = 0
    is_pct: bool = False


MEASURES = (
    Measure("session_count", "Sessions"),
    Measure("flow_count", "Flows"),
    Measure("conformance_pct", "Flows as declared", 1, is_pct=True),
    Measure("flow_failed_count", "Flows failed", -1),
    Measure("error_count", "Errors", -1),
    Measure("used_handler_count", "Handlers seen in production"),
    Measure("tested_handler_count", "Handlers used and tested", 1),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was; `tone` is good, warning or info."""

    title: str
    before: str
    now: str
    tone: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs from the site published at `since`."""

    since: str
    figures: list[Change]
    appeared: list[str]
    gone: list[str]
    timings: list[str]


@dataclass(frozen=True, slots=True)
class BuildChange:
    """The newest build against the one before, in rates: builds rarely have as many sessions as each other."""

    build: str
    build_before: str
    session_count: int
    session_count_before: int
    figures: list[Change]


def take_snapshot(warehouse: Path, published_at: str, findings: Sequence[str], checks: Sequence[str] = ()) -> Snapshot:
    """Return what a later site compares itself with."""
    warnings = [row["recommendation_id"] for row in load_rows(warehouse, _WARNINGS)]
    timings = {row["beat"]: row["timing"] for row in load_rows(warehouse, _TIMINGS) if row["beat"]}
    builds = [row["build"] for row in load_rows(warehouse, _BUILDS)]
    figures = load_rows(warehouse, _FIGURES)[0]
    return Snapshot(published_at, figures, list(findings), warnings, list(checks), timings, next(iter(builds), None))


def changes_since(snapshots: Sequence[Snapshot], now: Snapshot) -> Changes | None:
    """Compare with the newest snapshot that differs; None when there is none."""
    before = last_other(snapshots, now)
    if before is None:
        return None
    changes = (_change(measure, before.figures.get(measure.name), now.figures[measure.name]) for measure in MEASURES)
    return Changes(
        since=before.published_at,
        figures=[change for change in changes if change is not None],
        appeared=[finding for finding in now.findings if finding not in before.findings],
        gone=[finding for finding in before.findings if finding not in now.findings],
        timings=[
            f"{change.beat}: {change.before or 'none'}, now {change.now or 'none'}"
            for change in timing_changes(before, now)
        ],
    )


def load_build_change(warehouse: Path) -> BuildChange | None:
    """Compare the newest build with the one before; None when fewer than two are known."""
    rows = load_rows(warehouse, _BUILDS)
    if len(rows) < 2:
        return None
    now, before = rows
    rates = (
        ("Flows as declared", now["conformance_pct"], before["conformance_pct"], 1, True),
        *(
            (title, now[name] / now["session_count"], before[name] / before["session_count"], -1, False)
            for title, name in (
                ("Errors per session", "error_count"),
                ("Deviations per session", "deviation_count"),
                ("Failed flows per session", "flow_failed_count"),
            )
        ),
    )
    changes = (
        _change(Measure("", title, better, is_pct), old, new, is_rate=True) for title, new, old, better, is_pct in rates
    )
    return BuildChange(
        build=now["build"],
        build_before=before["build"],
        session_count=now["session_count"],
        session_count_before=before["session_count"],
        figures=[change for change in changes if change is not None],
    )


def _change(measure: Measure, before: float | None, now: float | None, *, is_rate: bool = False) -> Change | None:
    def words(value: float | None) -> str:
        if value is None:
            return "\N{EN DASH}"
        if measure.is_pct:
            return f"{format_pct(value)} %"
        return f"{value:.2f}" if is_rate else format_count(int(value))

    if words(before) == words(now):
        return None
    tone = "info"
    if measure.better and before is not None and now is not None:
        tone = "good" if (now - before) * measure.better > 0 else "warning"
    return Change(measure.title, words(before), words(now), tone)
