"""What to look at today: recommendations, changes of sequences and beats, problems of the data; at most eight.

What is to do is ranked by the warehouse (reports.rpt_recommendations). Here ranking is by tone first (what fails before
what is wrong before what is slow, unused or untested), then by that score. A new rule is a function added to `_RULES`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docs_site.html import links
from docs_site.html.number_format import format_count
from docs_site.parts.insight_words import fix_words, formula, headline, symptom_words
from docs_site.parts.regression_words import effect, row_words, unit_evidence
from docs_site.queries.health import load_health
from docs_site.queries.insights import load_recommendations
from orchestration.warehouse import Row, load_rows

MOST = 8
_FIRST_OF_A_KIND = 2
_MOST_CHANGES = 3
# Before anything is read out of data it has to be sound.
_FIRST = 1e9
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
    found = [finding for rule in _RULES for finding in rule(warehouse)]
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


def _recommendations(warehouse: Path) -> Iterator[Finding]:
    for row in load_recommendations(warehouse):
        if row["outcome"] == "open":
            yield Finding(
                fix_words(row["fix_class"]),
                row["severity"],
                headline(row),
                f"{symptom_words(row)}; gain x confidence / effort: {formula(row)}",
                row["score"],
                (
                    Evidence("why and what to do", links.recommendation_url(row["recommendation_id"])),
                    *_page_evidence(row),
                    *_line_evidence(row),
                ),
            )


def _page_evidence(row: Row) -> Iterator[Evidence]:
    if row["error_group_id"]:
        yield Evidence("error", links.error_group_url(row["error_group_id"]))
    if row["handler_id"]:
        yield Evidence("handler", links.handler_url(row["handler_id"]))
    elif row["sequence_id"]:
        yield Evidence("sequence", links.sequence_url(row["sequence_id"]))


_REGRESSIONS_SQL = """
select * from marts.fct_regressions
where lifecycle = 'new' and cause_regression_id is null and (unit_kind <> 'handler' or direction = 'improvement')
order by change_per_session_ms desc, regression_id
"""


def _regressions(warehouse: Path) -> Iterator[Finding]:
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


_RULES: tuple[Callable[[Path], Iterator[Finding]], ...] = (_recommendations, _regressions)


def _health(lake: Path, quality: Path) -> Iterator[Finding]:
    health = load_health(lake, quality)
    for problem in health.problems:
        yield Finding(
            "data", problem.tone, problem.headline, problem.why, _FIRST, (Evidence("data health", links.DATA_HEALTH),)
        )


def _line_evidence(row: Row) -> list[Evidence]:
    if not row["session_id"] or not row["line_number"]:
        return []
    return [Evidence(f"line {row['line_number']}", links.lines_url(row["session_id"], row["line_number"]))]
