"""The section "Checks" that ends a page: what the checks about its part of the application found.

A check says which page it is about (`page` of its result); docs_site/publish.py adds the section to that page. Checks
of the data stand on the data health page (data_health.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from docs_site.html import links
from docs_site.html.number_format import plural
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.html.tables import Cell, Column, html_cell, link_cell, link_html, render_table, text_cell
from docs_site.pages.quality_tables import found_cell, result_cell
from docs_site.queries.health import is_judged, load_checks
from orchestration.warehouse import Row, load_rows

_SESSIONS = "select log_file_path, session_id from marts.dim_sessions"
# `logs/a.log:17: what`: the place an example begins with.
_PLACE = re.compile(r"^(?P<path>.+?):(?P<line>\d+): (?P<what>.*)$", re.DOTALL)


class CheckSections:
    """The checks of the application by the page they are about, and the sessions their examples lead to."""

    def __init__(self, warehouse: Path, quality: Path) -> None:
        """Read the results of the last judgement; without one no page gets a section."""
        self._checks: dict[str, list[Row]] = {}
        for row in load_checks(quality, "application"):
            self._checks.setdefault(row["page"], []).append(row)
        self._sessions: Mapping[str, str] = {}
        if self._checks:
            self._sessions = {row["log_file_path"]: row["session_id"] for row in load_rows(warehouse, _SESSIONS)}

    def added_to(self, page: Page) -> Page:
        """Return the page with its section, or as it is when no check is about it."""
        rows = self._checks.get(page.path, ())
        return replace(page, body=page.body + self._render(page.path, rows)) if rows else page

    def _render(self, path: str, rows: Sequence[Row]) -> str:
        failed = sum(not row["is_success"] for row in rows)
        table = render_table(
            (Column("Result"), Column("Check"), Column("Expected"), Column("Found"), Column("Where")),
            [self._row(path, row) for row in rows],
            caption="Checks",
            empty="No check was made.",
        )
        words = _outcome(len(rows), failed, sum(not is_judged(row) for row in rows))
        return render("checks.md.jinja", path, words=words, table=table, help=links.CHECKS_HELP)

    def _row(self, path: str, row: Row) -> list[Cell]:
        return [
            result_cell(row),
            link_cell(row["description"], _help(path, row)),
            text_cell(row["expected"]),
            found_cell(row["observed"]),
            html_cell(Markup("<br>").join(self._example(path, example) for example in row["examples"] or ())),
        ]

    def _example(self, path: str, example: str) -> Markup:
        found = _PLACE.match(example)
        session = self._sessions.get(found["path"]) if found else None
        if not found or session is None:
            return link_html(example, None)
        address = links.relative_link(path, links.lines_url(session, int(found["line"])))
        return link_html(f"{found['path']}:{found['line']}", address) + link_html(f" {found['what']}", None)


def _outcome(made: int, failed: int, unjudged: int) -> str:
    """Say how many checks failed; those that had nothing to judge neither passed nor failed."""
    judged = made - unjudged
    passed = f"{failed:,} failed" if failed else "all passed" if judged else "none had anything to judge"
    rest = f"; {unjudged:,} more had nothing to judge" if unjudged and judged else ""
    return f"{plural(judged or made, 'check')}, {passed}{rest}."


def _help(path: str, row: Row) -> str:
    """Return where a check is explained: what it says, an example, why, and how to fix what it finds."""
    is_one_by_one = row["table_name"] == "fct_breach_counts"
    target = f"{links.FLOW_CHECKS_HELP}#{row['check_name']}" if is_one_by_one else links.CHECKS_HELP
    return links.relative_link(path, target)
