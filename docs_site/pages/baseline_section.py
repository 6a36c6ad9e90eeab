"""The section of the page Regressions that compares later sessions with a named baseline.

What is compared and how is analysis.baselines'; the command line says the same in lines (cli/baseline_report.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import NOTHING, format_count, format_number, format_pct, format_time, plural
from docs_site.html.tables import Cell, Column, badge_cell, html_cell, link_cell, render_table, text_cell
from docs_site.parts.insight_words import cut
from docs_site.parts.regression_words import rate
from orchestration.analysis.baselines.baseline_model import Baseline
from orchestration.analysis.baselines.comparison_model import (
    Comparison,
    CoverageChange,
    CoverageKind,
    DeclarationChange,
    RateChange,
    TimeChange,
)
from orchestration.analysis.baselines.saved_baselines import load_file
from orchestration.flows.baselines import compare_later_sessions
from orchestration.warehouse import open_tables

_LONGEST_NAME = 44
_TONES = {"slower": "warning", "faster": "good", "more": "warning", "less": "good"}
_TIMES = (
    Column("What"),
    Column("Verdict"),
    Column("Change", "ms", True, "With its 95% interval, at the pace of each session"),
    Column("p50", "ms", hint="Baseline, and now; plain medians of all executions"),
    Column("Sessions", hint="In which it ran: baseline, and now"),
    Column("False discovery rate", is_number=True),
    Column("Explained by", hint="The part of it that changed the same way"),
)
_RATES = (
    Column("What"),
    Column("Share of"),
    Column("Verdict"),
    Column("Baseline", "%", True),
    Column("Now", "%", True),
    Column("Sessions", hint="In which it ran: baseline, and now"),
    Column("False discovery rate", is_number=True, hint="Sessions dealt out by chance differ as much"),
)
_COVERAGE = (
    Column("What"),
    Column("Kind"),
    Column("Change"),
    Column("Sessions", hint="That show it: baseline, and now"),
    Column("False discovery rate", is_number=True, hint="Of what is not seen; none for what the code decides"),
)
_DECLARED = (Column("Beat"), Column("Declared"), Column("Baseline"), Column("Now"))


@dataclass(frozen=True, slots=True)
class BaselineSection:
    """The section's heading, its window, what it says first, and its tables with their titles."""

    heading: str
    window: str
    words: str
    tables: Sequence[tuple[str, Markup]] = ()


def baseline_section(warehouse: Path, path: Path | None, page: str) -> BaselineSection:
    """Build the section; without a baseline it says how to get one."""
    if path is None:
        return BaselineSection("Against a baseline", "", "This site is not compared with a baseline.")
    baseline = load_file(path)
    with open_tables(warehouse) as connection:
        comparison = compare_later_sessions(connection, baseline)
    heading = f"Against baseline {baseline.name}"
    if comparison is None:
        words = "All sessions of this window are in the baseline: nothing is left to compare."
        return BaselineSection(heading, _window(baseline, 0), words)
    return BaselineSection(
        heading,
        _window(baseline, len(comparison.now.sessions)),
        _summary(comparison),
        comparison_tables(comparison, page),
    )


def _window(baseline: Baseline, now: int) -> str:
    builds = sorted({session.build for session in baseline.sessions if session.build})
    named = f" of {', '.join(builds[:4])}" if builds else ""
    saved = f"saved {format_time(baseline.saved_at)} UTC"
    return (
        f"{plural(len(baseline.sessions), 'session')}{named} in the baseline, {saved} · {plural(now, 'other session')}"
    )


def _summary(comparison: Comparison) -> str:
    verdicts = [time.verdict for time in comparison.times]
    rated = [item.verdict for item in comparison.rates]
    return (
        f"{format_count(verdicts.count('slower'))} slower and {format_count(verdicts.count('faster'))} faster of "
        f"{plural(len(verdicts), 'handler, beat and sequence', 'handlers, beats and sequences')}; "
        f"{format_count(rated.count('more'))} of {plural(len(rated), 'rate')} higher, "
        f"{format_count(rated.count('less'))} lower. Cannot tell for {format_count(verdicts.count('cannot_tell'))} "
        f"times and {format_count(rated.count('cannot_tell'))} rates: too few sessions ran them."
    )


def comparison_tables(comparison: Comparison, page: str) -> list[tuple[str, Markup]]:
    """Return what differs as tables with their titles; what does not is said in words."""
    times = [_time_row(time, page) for time in comparison.times if time.verdict in ("slower", "faster")]
    rates = [_rate_row(item, page) for item in comparison.rates if item.is_told]
    coverage = [_coverage_row(item, page) for item in comparison.coverage if item.verdict == "changed"]
    unsure = sum(item.verdict == "cannot_tell" for item in comparison.coverage)
    declared = [_declared_row(item) for item in comparison.declarations]
    few = f"; {plural(unsure, 'more', 'more')} not seen, which may be chance" if unsure else ""
    unseen = f"Nothing is seen or tested now that was not, nor the reverse{few}."
    same = "Timing, kind and handler of every beat are declared as they were."
    tables = (
        ("Times", _TIMES, times, "No time differs beyond chance."),
        ("Deviations, failures, errors", _RATES, rates, "No rate differs beyond chance, and none is new."),
        ("Coverage", _COVERAGE, coverage, unseen),
        ("Declared beats", _DECLARED, declared, same),
    )
    return [
        (title, render_table(columns, rows, caption=f"{title} against the baseline", empty=empty))
        for title, columns, rows, empty in tables
    ]


def _time_row(time: TimeChange, page: str) -> list[Cell]:
    interval = (
        f"{format_number(time.change_ms)} ({format_number(time.change_ms_low)} to {format_number(time.change_ms_high)})"
    )
    medians = f"{format_number(time.before.spread.p50_ms)}, now {format_number(time.now.spread.p50_ms)}"
    return [
        link_cell(
            f"{time.name} ({time.kind})" if time.kind != "beat" else time.name, _address(time.kind, time.unit_id, page)
        ),
        badge_cell(time.verdict, _TONES[time.verdict]),
        html_cell(text_cell(interval).html, time.change_ms),
        text_cell(medians),
        text_cell(f"{format_count(len(time.before.levels))}, now {format_count(len(time.now.levels))}"),
        text_cell(rate(time.false_discovery_rate)),
        text_cell(time.explained_by),
    ]


def _rate_row(item: RateChange, page: str) -> list[Cell]:
    shift = item.shift
    sure = item.verdict in _TONES
    word = "new" if item.is_new else item.verdict
    return [
        # Titles of errors are sentences; the page behind the link has the whole.
        link_cell(cut(item.name, _LONGEST_NAME), _address(item.kind, item.subject_id, page)),
        text_cell(item.words),
        badge_cell(word if sure else f"{word}, may be chance", _TONES.get(item.verdict, "info")),
        _share_cell(shift.before_pct, shift.before_bad, shift.before_cases),
        _share_cell(shift.after_pct, shift.after_bad, shift.after_cases),
        text_cell(f"{format_count(shift.before_sessions)}, now {format_count(shift.after_sessions)}"),
        text_cell(NOTHING if item.false_discovery_rate is None else rate(item.false_discovery_rate)),
    ]


def _share_cell(pct: float | None, bad: int, cases: int) -> Cell:
    return html_cell(text_cell(f"{format_pct(pct)} ({format_count(bad)} of {format_count(cases)})").html, pct)


def _coverage_row(item: CoverageChange, page: str) -> list[Cell]:
    return [
        link_cell(item.name, None if item.change == CoverageKind.GONE else _address(item.kind, item.subject_id, page)),
        text_cell(item.kind),
        badge_cell(item.change, "info" if item.change == CoverageKind.NEW else "warning"),
        text_cell(f"{format_count(item.before_session_count)}, now {format_count(item.now_session_count)}"),
        text_cell(NOTHING if item.false_discovery_rate is None else rate(item.false_discovery_rate)),
    ]


def _declared_row(item: DeclarationChange) -> list[Cell]:
    return [text_cell(item.name), text_cell(item.what), text_cell(item.before), text_cell(item.now)]


def _address(kind: str, subject_id: str, page: str) -> str | None:
    pages = {"handler": links.handler_url, "sequence": links.sequence_url, "error": links.error_group_url}
    return links.relative_link(page, pages[kind](subject_id)) if kind in pages else None
