"""The insights page: what to do first, and for each recommendation why, where, what it is worth and what proves it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.number_format import format_number, plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import link_html
from docs_site.parts.code_places import place_html
from docs_site.parts.insight_words import (
    evidence_words,
    fix_outcome_words,
    fix_words,
    formula,
    gain_words,
    headline,
    marks,
    outcome_words,
    symptom_words,
)
from docs_site.queries.insights import load_evidence, load_recommendations
from docs_site.queries.window import load_window
from orchestration.warehouse import Row

# Opened from the start: as many as one sitting reads.
_OPEN = 5
# A page stays below 6 MB; all others are in the warehouse and in `sightline export findings`.
_MOST = 500


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the insights page."""
    page = links.INSIGHTS
    recommendations = load_recommendations(warehouse)
    evidence = load_evidence(warehouse)
    shown = recommendations[:_MOST]
    window = load_window(warehouse)
    body = render(
        "insights.md.jinja",
        page,
        window=window,
        total=len(recommendations),
        hidden=len(recommendations) - len(shown),
        first=recommendations[0] if recommendations else None,
        first_words=formula(recommendations[0]) if recommendations else "",
        gone=sum(row["outcome"] == "not_seen_in_newest_build" for row in recommendations),
        fixed=sum(row["fix_outcome"] == "fixed" for row in recommendations),
        not_fixed=sum(row["fix_outcome"] == "not_fixed" for row in recommendations),
        kinds=_kinds(shown),
        items=[
            _item(row, evidence.get(row["recommendation_id"], []), page, options, number < _OPEN)
            for number, row in enumerate(shown)
        ],
        links=links,
    )
    yield Page(page, "What to do first", body, ("insights.css", "insights.js"))


def _kinds(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    counted = Counter(row["fix_class"] for row in rows)
    return [(name, fix_words(name), count) for name, count in counted.items()]


def _item(row: Row, evidence: Sequence[Row], page: str, options: SiteOptions, is_open: bool) -> dict[str, object]:
    seen = row["observed"] if row["observed"] != row["group_title"] else None
    return {
        "name": f"r-{row['recommendation_id']}",
        "kind": row["fix_class"],
        "kind_words": fix_words(row["fix_class"]),
        "tone": row["severity"],
        "is_open": is_open,
        "number": row["recommendation_number"],
        "title": headline(row),
        "score": format_number(row["score"]),
        "formula": formula(row),
        "symptom": symptom_words(row),
        "path": _path(row, page),
        "marks": marks(row),
        "place": place_html(row["code_file_path"], row["code_line_number"], options.code_url),
        "expected": row["expected"],
        "observed": seen,
        "gain": gain_words(row),
        "count_words": _count_words(row),
        "effort": f"{format_number(row['effort_hours'])} h, assumed",
        "confidence": f"{row['confidence']:.2f}",
        "fix": row["fix"],
        "proof": row["proof"],
        "outcome": outcome_words(row["outcome"]),
        "fix_outcome": fix_outcome_words(row),
        "is_gone": row["outcome"] != "open",
        "evidence": [(evidence_words(line), _places(line)) for line in evidence],
    }


def _count_words(row: Row) -> str:
    if not row["session_count"]:
        return "no occurrence is counted"
    return f"n {plural(row['occurrence_count'] or 0, 'occurrence')} in {plural(row['session_count'], 'session')}"


def _path(row: Row, page: str) -> Markup | None:
    """Join sequence, beat, topic and handler, each with the page that shows it."""

    def step(text: str | None, target: str | None) -> Markup | None:
        return link_html(text, links.relative_link(page, target) if target else None) if text else None

    sequence = links.sequence_url(row["sequence_id"]) if row["sequence_id"] else None
    steps = (
        step(row["sequence_name"], sequence),
        step(f"beat {row['beat_number']}" if row["beat_number"] else None, sequence),
        step(row["topic"], links.TOPICS),
        step(row["handler_name"], links.handler_url(row["handler_id"]) if row["handler_id"] else None),
    )
    found = [words for words in steps if words is not None]
    return Markup(" \u203a ").join(found) if found else None


def _places(line: Row) -> tuple[tuple[str, str], ...]:
    session, number = line["session_id"], line["line_number"]
    return (
        (f"{line['session_name']}, line {number}", links.lines_url(session, number)),
        ("timeline", links.timeline_url(session, line["flow_id"])),
    )
