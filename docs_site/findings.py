"""What to look at today: candidates from every report, ranked, at most eight.

Each rule below looks at one report and gives findings with their n and their evidence. Ranking is by tone first (what
fails before what is slow before what is worth knowing), then by size. A new rule is a function added to `_RULES`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docs_site import links
from docs_site.number_format import format_count, format_duration, format_pct, plural
from docs_site.pages.coverage import never_seen_bound_pct
from docs_site.queries.durations import load_handler_times
from docs_site.queries.health import load_health
from docs_site.queries.window import Window, load_window
from docs_site.regression_words import effect, row_words, unit_evidence
from docs_site.warehouse import Row, load_rows
from docs_site.words import deviation_words

MOST = 8
_FIRST_OF_A_KIND = 2
_MOST_CHANGES = 3
_TONES = {"critical": 2, "warning": 1, "info": 0}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link of a finding: words and a site address."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: `headline` says it, `why` gives the numbers, `size` ranks it among its tone."""

    kind: str
    tone: str
    headline: str
    why: str
    size: float
    evidence: tuple[Evidence, ...]


def load_findings(warehouse: Path, lake: Path, quality: Path) -> list[Finding]:
    """Read and rank the findings of the whole site."""
    window = load_window(warehouse)
    found = [finding for rule in _RULES for finding in rule(warehouse, window)]
    return rank_findings([*found, *_health(lake, quality)])


def rank_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Order by tone, then size. Two of a kind come before a third, so that one fault cannot fill the page."""
    ranked = sorted(findings, key=_rank)
    first: list[Finding] = []
    for finding in ranked:
        if sum(other.kind == finding.kind for other in first) < _FIRST_OF_A_KIND:
            first.append(finding)
    rest = [finding for finding in ranked if finding not in first]
    return sorted([*first, *rest][:MOST], key=_rank)


def _rank(finding: Finding) -> tuple[int, float, str]:
    return -_TONES[finding.tone], -finding.size, finding.headline


_DEVIATIONS_SQL = """
select d.deviation_class, d.sequence_name, any_value(f.sequence_id) as sequence_id,
       bool_or(d.severity = 'critical') as is_critical,
       count(distinct coalesce(d.flow_id, d.deviation_id)) as case_count,
       count(distinct d.session_id) as session_count,
       arg_min(d.session_id, d.log_file_path || lpad(coalesce(d.line_number, 0)::varchar, 9, '0')) as session_id,
       arg_min(d.line_number, d.log_file_path || lpad(coalesce(d.line_number, 0)::varchar, 9, '0')) as line_number,
       any_value(d.handler_name) as handler_name, any_value(d.topic) as topic, any_value(d.observed) as observed
from marts.fct_flow_deviations d
left join marts.fct_flows f using (flow_id)
where d.severity in ('warning', 'critical') and d.deviation_class <> 'handler_failed'
      and not coalesce(d.is_accepted, false) and not coalesce(d.is_consequence, false)
group by d.deviation_class, d.sequence_name
"""


def _deviations(warehouse: Path, window: Window) -> Iterator[Finding]:
    for row in load_rows(warehouse, _DEVIATIONS_SQL):
        subject = row["sequence_name"] or row["topic"] or row["handler_name"] or row["observed"] or "a flow"
        evidence = []
        if row["sequence_id"]:
            evidence.append(Evidence("sequence", links.sequence_url(row["sequence_id"])))
        evidence += _line_evidence(row)
        yield Finding(
            "deviation",
            "critical" if row["is_critical"] else "warning",
            f"{subject}: {deviation_words(row['deviation_class'])}",
            f"{plural(row['case_count'], 'case')} in {_sessions(row, window)}",
            row["session_count"] / max(1, window.session_count) * 100 + row["case_count"] / 1000,
            (*evidence, Evidence("all deviations", links.FLOWS + "#deviations")),
        )


_ERRORS_SQL = """
select g.*, c.is_tested, c.execution_count
from reports.rpt_error_groups g left join reports.rpt_handler_coverage c using (handler_id)
where g.severity = 'error'
"""


def _errors(warehouse: Path, window: Window) -> Iterator[Finding]:
    for row in load_rows(warehouse, _ERRORS_SQL):
        name = row["handler_name"]
        why = f"{plural(row['error_count'], 'time')} in {_sessions(row, window)}"
        if name and row["execution_count"] and row["subject_kind"] == "handler":
            why += f", {format_pct(100 * row['error_count'] / row['execution_count'])} % of its executions"
        if name and row["is_tested"] is False:
            why += "; no test covers this handler"
        evidence = [Evidence("error", links.error_group_url(row["error_group_id"]))]
        if row["handler_id"]:
            evidence.append(Evidence("handler", links.handler_url(row["handler_id"])))
        yield Finding(
            "error",
            "critical" if name else "warning",
            row["title"][:200],
            why,
            row["session_count"] / max(1, window.session_count) * 100 + row["error_count"] / 1000,
            (*evidence, *_line_evidence(row), Evidence("all errors", links.ERRORS)),
        )


def _slow(warehouse: Path, window: Window) -> Iterator[Finding]:
    times = [handler for handler in load_handler_times(warehouse) if handler.saving_ms and handler.share_pct >= 3]
    for handler in sorted(times, key=lambda handler: -(handler.saving_ms or 0))[:2]:
        yield Finding(
            "bottleneck",
            "info",
            f"{handler.label} takes {format_pct(handler.share_pct)} % of all handler time",
            f"p50 {format_duration(handler.p50_ms)}, p95 {format_duration(handler.p95_ms)}, "
            f"n {format_count(handler.timed_count)}; if none took longer than the median it would save "
            f"{format_duration(handler.saving_ms)} per session",
            50 + handler.share_pct,
            (
                Evidence("handler", links.handler_url(handler.handler_id)),
                Evidence("all bottlenecks", links.PERFORMANCE + "#bottlenecks"),
            ),
        )


_COVERAGE_SQL = """
select quadrant, count(*) as handler_count, sum(execution_count) as execution_count,
       arg_max(handler_name, execution_count) as top_name, arg_max(handler_id, execution_count) as top_id,
       max(execution_count) as top_count
from reports.rpt_handler_coverage
where quadrant in ('used_untested', 'unused_tested', 'unused_untested')
group by quadrant
"""


def _coverage(warehouse: Path, window: Window) -> Iterator[Finding]:
    rows = {row["quadrant"]: row for row in load_rows(warehouse, _COVERAGE_SQL)}
    if untested := rows.get("used_untested"):
        yield Finding(
            "coverage",
            "info",
            f"{plural(untested['handler_count'], 'handler')} run in production and no test covers them",
            f"together {plural(untested['execution_count'], 'execution')}; most often "
            f"{untested['top_name']} ({format_count(untested['top_count'])})",
            40 + min(30, untested["handler_count"]),
            (
                Evidence(untested["top_name"], links.handler_url(untested["top_id"])),
                Evidence("all of them", links.COVERAGE + "#used-untested"),
            ),
        )
    unseen = sum(row["handler_count"] for name, row in rows.items() if name.startswith("unused"))
    bound = never_seen_bound_pct(window.session_count)
    if unseen and bound is not None:
        yield Finding(
            "never seen",
            "info",
            f"{plural(unseen, 'declared handler')} never ran",
            f"0 of {plural(window.session_count, 'session')}: with 95 % confidence each is used in at most "
            f"{format_pct(bound)} % of sessions",
            30 + min(30, unseen),
            (Evidence("never seen", links.COVERAGE + "#never-seen"),),
        )


_REGRESSIONS_SQL = """
select * from marts.fct_regressions
where lifecycle = 'new' and cause_regression_id is null
order by change_per_session_ms desc, regression_id
"""


def _regressions(warehouse: Path, window: Window) -> Iterator[Finding]:
    rows = load_rows(warehouse, _REGRESSIONS_SQL)
    for row in [row for row in rows if row["direction"] == "regression"][:_MOST_CHANGES]:
        yield _change(row, "regression", "warning", "slower")
    for row in [row for row in reversed(rows) if row["direction"] == "improvement"][:1]:
        yield _change(row, "improvement", "info", "faster")


def _change(row: Row, kind: str, tone: str, word: str) -> Finding:
    return Finding(
        kind,
        tone,
        f"{row['unit_name']} became {word} {row_words(row)}",
        f"{effect(row)}; n {format_count(row['before_execution_count'])} before, "
        f"{format_count(row['after_execution_count'])} after",
        # What became faster needs nobody: it stands behind everything that does.
        (60 if tone == "warning" else 0) + min(40, abs(row["change_per_session_ms"]) / 100),
        (
            *(Evidence(words, address) for words, address in unit_evidence(row)),
            Evidence("all changes", links.REGRESSIONS),
        ),
    )


_RULES: tuple[Callable[[Path, Window], Iterator[Finding]], ...] = (
    _deviations,
    _errors,
    _regressions,
    _slow,
    _coverage,
)


def _health(lake: Path, quality: Path) -> Iterator[Finding]:
    health = load_health(lake, quality)
    for problem in health.problems:
        yield Finding(
            "data", problem.tone, problem.headline, problem.why, 60, (Evidence("data health", links.DATA_HEALTH),)
        )


def _sessions(row: Row, window: Window) -> str:
    return f"{row['session_count']} of {plural(window.session_count, 'session')}"


def _line_evidence(row: Row) -> list[Evidence]:
    if not row["session_id"] or not row["line_number"]:
        return []
    return [Evidence(f"line {row['line_number']}", links.lines_url(row["session_id"], row["line_number"]))]
