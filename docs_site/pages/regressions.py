"""The regressions page: what got slower, what got faster, since when, and what these sessions could have shown."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.regressions import sessions_figure, spread_figure
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.html.render import render
from docs_site.pages.baseline_section import baseline_section
from docs_site.pages.regression_tables import change_table, power_table
from docs_site.parts.regression_words import change_sentence, evidence_links, power_sentence, since_sentence, suspects
from docs_site.queries.regressions import Changes, load_changes
from docs_site.queries.window import load_window
from orchestration.warehouse import Row

# Two figures each: more would make the page heavy; the tables hold all changes.
_DRAWN = 10


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the regressions page."""
    page = links.REGRESSIONS
    changes = load_changes(warehouse)
    slower, faster = changes.of("regression"), changes.of("improvement")
    body = render(
        "regressions.md.jinja",
        page,
        window=load_window(warehouse),
        slower=[_drawn(row, changes, page) for row in slower[:_DRAWN]],
        faster=[_drawn(row, changes, page) for row in faster[:_DRAWN]],
        slower_count=len(slower),
        faster_count=len(faster),
        slower_table=_table(slower, page, options, "Regressions"),
        faster_table=_table(faster, page, options, "Improvements"),
        baseline=baseline_section(warehouse, options.baseline, page),
        power=power_table(changes.power),
        power_words=power_sentence(changes.power),
        links=links,
    )
    yield Page(page, "Regressions", body, FIGURE_ASSETS if slower or faster else ())


def _drawn(row: Row, changes: Changes, page: str) -> dict[str, object]:
    key = row["regression_id"]
    return {
        "name": f"change-{key}",
        "title": row["unit_name"],
        "sentence": change_sentence(row),
        "since": since_sentence(row),
        "suspects": suspects(row),
        "links": evidence_links(row, page),
        "spread": spread_figure(row, changes.buckets.get(key, ())),
        "sessions": sessions_figure(row, changes.sessions.get(key, ()), page),
    }


def _table(rows: Sequence[Row], page: str, options: SiteOptions, caption: str) -> Markup:
    return change_table(rows, page, options, caption)
