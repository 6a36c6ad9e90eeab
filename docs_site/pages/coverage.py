"""The coverage page: which tests to write first, what to delete, and what production never showed.

Puts the page together. Its tables are in `coverage_tables` (handlers) and `coverage_sections` (everything else), its
figures in docs_site/figures, the reading in docs_site/queries/coverage.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs_site.engine.shared_files import FIGURE_ASSETS
from docs_site.engine.site_options import SiteOptions
from docs_site.figures.coverage import coverage_figure
from docs_site.figures.coverage_over_time import coverage_over_time_figure
from docs_site.html import links
from docs_site.html.page import DataFile, Page
from docs_site.html.paged_table import PAGED_ASSETS
from docs_site.html.render import render
from docs_site.pages import coverage_sections as sections
from docs_site.pages.coverage_suggestions import load_suggestions, suggestion_table
from docs_site.pages.coverage_tables import candidate_table, handler_table, tests_to_write
from docs_site.pages.hot_spots import MOST_FUNCTIONS, hot_spot_table
from docs_site.queries import coverage as queries
from docs_site.queries.given import Given, Need, load_given
from docs_site.queries.hot_spots import load_hot_spots
from docs_site.queries.window import load_window
from orchestration.analysis.coverage.lcov import write_lcov
from orchestration.flows.functions import load_function_executions
from orchestration.warehouse import Row, load_rows, open_tables

LCOV_PATH = "coverage/production.lcov"
COVERAGE_ROWS = "select * from reports.rpt_handler_coverage order by execution_count desc, handler_name, plugin_name"
_COUNTS = """
select quadrant, count(*) as handler_count, cast(sum(execution_count) as bigint) as execution_count
from reports.rpt_handler_coverage group by quadrant
"""


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


def never_seen_bound_pct(session_count: int) -> float | None:
    """Return the upper bound (95 %) on the share of sessions that use what none of n sessions used.

    The exact bound 1 - 0.05^(1/n), which the rule of three (3/n; Hanley and Lippman-Hand 1983) approximates; the
    reports compute the same.
    """
    return 100 * (1 - 0.05 ** (1 / session_count)) if session_count else None


def build_pages(warehouse: Path, lake: Path, options: SiteOptions) -> Iterator[Page]:
    """Build the coverage page and the lcov file beside it."""
    page = links.COVERAGE
    handlers = queries.load_coverage(warehouse)
    evidence, beats = queries.load_evidence(warehouse), queries.load_declared_in(warehouse)
    window = load_window(warehouse)
    unseen, idle = queries.load_unseen(warehouse), queries.load_idle_tests(warehouse)
    with open_tables(warehouse) as connection:
        functions = load_function_executions(connection)
    hot_spots = load_hot_spots(warehouse)
    hot_spots_shown = hot_spot_table(hot_spots, page, options)
    given = load_given(warehouse)
    risky = [row for row in handlers if row["risk_rank"]]
    body = render(
        "coverage.md.jinja",
        page,
        window=window,
        quadrants=load_quadrants(warehouse),
        shares=_execution_shares(warehouse),
        bound_pct=never_seen_bound_pct(window.session_count),
        to_write=tests_to_write(risky, beats, evidence, page, options),
        suggestions=suggestion_table(load_suggestions(warehouse), page, {text.candidate_id for text in options.tests}),
        risky_count=len(risky),
        given=given,
        has_history=any(row["commit_count"] for row in handlers),
        has_reports=any(row["executable_line_count"] for row in handlers),
        scatter=coverage_figure(handlers, page),
        over_time=coverage_over_time_figure(queries.load_over_time(warehouse), page),
        untested=_quadrant_table(handlers, evidence, "used_untested", page, options, given),
        tested=_quadrant_table(handlers, evidence, "used_tested", page, options, given),
        candidates=candidate_table([row for row in handlers if not row["is_used"]], evidence, page, options, given),
        idle_tests=sections.idle_tests_table(idle.get("never_executed", []), given),
        undeclared_tests=sections.undeclared_tests_table(idle.get("not_declared", []), given),
        unseen_sequences=sections.unseen_sequence_table(unseen.get("sequence", []), page, given),
        unseen_beats=sections.unseen_beat_table(unseen.get("beat", []), page, given),
        unseen_topics=sections.unseen_topic_table(unseen.get("topic", []), page, given),
        listed_topics=sections.unseen_topic_table(unseen.get("listed topic", []), page, given),
        listed_topic_count=len(unseen.get("listed topic", [])),
        drift=sections.drift_table(queries.load_drift(warehouse), page, given),
        figures=sections.headline_groups(queries.load_headline_figures(warehouse)),
        hot_spots=hot_spots_shown.html,
        hot_spot_count=len(hot_spots),
        most_functions=MOST_FUNCTIONS,
        test_kinds=sections.kinds_of_tests_table(queries.load_test_kinds(warehouse), given),
        lcov=LCOV_PATH,
        function_count=len(functions),
        unplaced_count=queries.count_unplaced_executions(warehouse),
    )
    files = (DataFile(LCOV_PATH, write_lcov(functions)), *hot_spots_shown.files)
    yield Page(page, "Coverage", body, (*FIGURE_ASSETS, *PAGED_ASSETS), files)


_EMPTY = {
    "used_untested": "Every handler seen in production is covered by a test.",
    "used_tested": "No handler seen in production is covered by a test.",
}


def _quadrant_table(
    rows: list[Row], evidence: dict[str, dict[str, Row]], quadrant: str, page: str, options: SiteOptions, given: Given
) -> str:
    needs: tuple[Need, ...] = ("used_handlers",) if given.is_tested_known else ("used_handlers", "tests")
    chosen = [row for row in rows if row["quadrant"] == quadrant]
    return handler_table(
        chosen, evidence, page, options, quadrant.replace("_", " and "), given.claim(_EMPTY[quadrant], *needs)
    )


def _execution_shares(warehouse: Path) -> dict[str, float]:
    """Return each quadrant's share of all executions, in percent."""
    counts = {row["quadrant"]: row["execution_count"] for row in load_rows(warehouse, _COUNTS)}
    total = sum(counts.values())
    return {quadrant: 100 * count / total if total else 0.0 for quadrant, count in counts.items()}
