"""The coverage page: which declared handlers production uses, and which of them the tests cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from docs_site import links
from docs_site.code_places import place_cell
from docs_site.figures.coverage import coverage_figure
from docs_site.page import Page
from docs_site.queries.window import Window, load_window
from docs_site.render import render
from docs_site.shared_files import FIGURE_ASSETS
from docs_site.site_options import SiteOptions
from docs_site.tables import (
    Cell,
    Column,
    badge_cell,
    count_cell,
    link_cell,
    number_cell,
    pct_cell,
    render_table,
    text_cell,
)
from docs_site.warehouse import Row, load_rows
from docs_site.words import tone

COVERAGE_ROWS = "select * from reports.rpt_handler_coverage order by execution_count desc, handler_name, plugin_name"
_COUNTS = "select quadrant, count(*) as handler_count from reports.rpt_handler_coverage group by quadrant"


@dataclass(frozen=True, slots=True)
class Quadrants:
    """How many handlers are used, tested, both or neither."""

    used_tested: int = 0
    used_untested: int = 0
    unused_tested: int = 0
    unused_untested: int = 0

    @property
    def unused(self) -> int:
        """Return the handlers never seen."""
        return self.unused_tested + self.unused_untested

    @property
    def total(self) -> int:
        """Return all handlers."""
        return self.used_tested + self.used_untested + self.unused


def load_quadrants(warehouse: Path) -> Quadrants:
    """Read the four counts."""
    return Quadrants(**{row["quadrant"]: row["handler_count"] for row in load_rows(warehouse, _COUNTS)})


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the coverage page."""
    page = links.COVERAGE
    rows = load_rows(warehouse, COVERAGE_ROWS)
    window = load_window(warehouse)
    body = render(
        "coverage.md.jinja",
        page,
        window=window,
        quadrants=load_quadrants(warehouse),
        bound_pct=never_seen_bound_pct(window.session_count),
        scatter=coverage_figure(rows, page),
        untested=_table(rows, "used_untested", page, options, "Every handler seen in production is covered by a test."),
        tested=_table(rows, "used_tested", page, options, "No handler is both used and tested."),
        never_seen=_never_seen([row for row in rows if not row["is_used"]], window, page, options),
    )
    yield Page(page, "Coverage", body, FIGURE_ASSETS)


def never_seen_bound_pct(session_count: int) -> float | None:
    """Return the rule of three's upper bound (95 %) on the share of sessions that use what none of n sessions used.

    Hanley and Lippman-Hand 1983: 3/n; for small n it is above 100 % and then says nothing.
    """
    return min(100.0, 300 / session_count) if session_count else None


def _table(rows: Sequence[Row], quadrant: str, page: str, options: SiteOptions, empty: str) -> Markup:
    columns = (
        Column("Handler"),
        Column("Plugin"),
        Column("Executions", is_number=True),
        Column("Sessions", is_number=True),
        Column("Errors", is_number=True),
        Column("Test files", is_number=True, hint="Test files that import or name it"),
        Column("Lines covered", "%", True, "Of the function's executable lines, by the tests"),
        Column("Executable lines", is_number=True),
        Column("Resolution"),
        Column("Code"),
    )
    chosen = [row for row in rows if row["quadrant"] == quadrant]
    cells = [[*_head(row, page), *_tests(row), *_code(row, options)] for row in chosen]
    return render_table(columns, cells, caption=quadrant.replace("_", " and "), empty=empty)


def _never_seen(rows: Sequence[Row], window: Window, page: str, options: SiteOptions) -> Markup:
    columns = (
        Column("Handler"),
        Column("Plugin"),
        Column("Used in fewer than", "% of sessions", True, "Rule of three, 95 % confidence"),
        Column("Test files", is_number=True),
        Column("Lines covered", "%", True),
        Column("Executable lines", is_number=True),
        Column("Resolution"),
        Column("Code"),
    )
    bound = never_seen_bound_pct(window.session_count)
    cells = [
        [*_head(row, page)[:2], number_cell(bound), *_tests(row), *_code(row, options)]
        for row in sorted(rows, key=lambda row: (row["plugin_name"] or "", row["handler_name"]))
    ]
    return render_table(columns, cells, caption="Never seen", empty="Every declared handler was seen in production.")


def _head(row: Row, page: str) -> list[Cell]:
    return [
        link_cell(row["handler_name"], links.relative_link(page, links.handler_url(row["handler_id"]))),
        text_cell(row["plugin_name"]),
        count_cell(row["execution_count"]),
        count_cell(row["session_count"]),
        count_cell(row["error_count"]),
    ]


def _tests(row: Row) -> list[Cell]:
    return [
        count_cell(row["test_file_count"]),
        pct_cell(row["line_coverage_pct"]),
        count_cell(row["executable_line_count"]),
    ]


def _code(row: Row, options: SiteOptions) -> list[Cell]:
    return [
        badge_cell(row["resolution"], tone(row["resolution"])),
        place_cell(row["code_file_path"], row["code_line_number"], options.code_url),
    ]
