"""What a comparison with a baseline says on the terminal: a line per finding, each with its n.

The same findings stand on the page Regressions (docs_site/pages/baseline_section.py), where all of them are.
"""

from collections.abc import Iterator, Sequence

from orchestration.analysis.baselines.baseline_model import Baseline
from orchestration.analysis.baselines.comparison_model import (
    Comparison,
    CoverageChange,
    DeclarationChange,
    RateChange,
    TimeChange,
)
from orchestration.cli.summary import printable
from orchestration.domain.amounts import counted, more

_SHOWN = 10


def describe_comparison(baseline: Baseline, comparison: Comparison | None) -> Iterator[str]:
    """Yield the findings, the worst first, then what could not be judged."""
    if comparison is None:
        yield f"Against baseline {baseline.name}: nothing to compare, all sessions are in it; run with new logs"
        return
    before, now = len(comparison.before.sessions), len(comparison.now.sessions)
    yield f"Against baseline {baseline.name} ({before:,} sessions), {now:,} other sessions:"
    yield from _cut([_time_words(time) for time in comparison.times if time.verdict in ("slower", "faster")], "times")
    yield from _cut([_rate_words(rate) for rate in comparison.rates if rate.is_told], "rates")
    yield from _cut([_coverage_words(item) for item in comparison.coverage if item.verdict == "changed"], "coverage")
    yield from _cut([_declaration_words(item) for item in comparison.declarations], "declarations")
    yield f"  {_judged(comparison)}"


def _cut(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if rest := more(len(lines), _SHOWN):
        yield f"  {rest} of {what}: the page Regressions lists them"


def _time_words(time: TimeChange) -> str:
    change, interval = time.change_words
    explained = f", explained by {printable(time.explained_by)}" if time.explained_by else ""
    return (
        f"{time.verdict}: {time.kind} {printable(time.name)} {change} (95% interval {interval}), n "
        f"{time.before.spread.count:,} in {len(time.before.levels):,} sessions before and {time.now.spread.count:,} in "
        f"{len(time.now.levels):,} now{explained}"
    )


def _rate_words(rate: RateChange) -> str:
    shift = rate.shift
    sure = "" if rate.verdict in ("more", "less") else " (may be chance)"
    return (
        f"{'new' if rate.is_new else rate.verdict}: {printable(rate.name)}, {rate.words}: {shift.before_bad:,} of "
        f"{shift.before_cases:,} in {counted(shift.before_sessions, 'session')} before, {shift.after_bad:,} of "
        f"{shift.after_cases:,} in {counted(shift.after_sessions, 'session')} now{sure}"
    )


def _coverage_words(item: CoverageChange) -> str:
    seen = f"in {counted(item.before_session_count, 'session')} before, {item.now_session_count:,} now"
    return f"{item.change}: {item.kind} {printable(item.name)} ({seen})"


def _declaration_words(item: DeclarationChange) -> str:
    before, now = printable(item.before or "none"), printable(item.now or "none")
    return f"declared {item.what} of {printable(item.name)}: {before}, now {now}"


def _judged(comparison: Comparison) -> str:
    untold = sum(time.verdict == "cannot_tell" for time in comparison.times)
    unjudged = sum(rate.verdict == "cannot_tell" for rate in comparison.rates)
    return (
        f"compared {len(comparison.times):,} times and {len(comparison.rates):,} rates; cannot tell for {untold:,} and "
        f"{unjudged:,} of them (too few sessions)"
    )
