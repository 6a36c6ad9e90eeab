"""The coverage page: what it says first, what it says of the unused, and what it hands to coverage viewers."""

import math
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.figures.coverage_over_time import coverage_over_time_figure
from docs_site.html.page import Page
from docs_site.pages.coverage import LCOV_PATH, build_pages, never_seen_bound_pct
from docs_site.pages.coverage_tables import evidence_words
from docs_site.queries.coverage import load_coverage
from orchestration.code_scan.coverage_reports import parse_coverage
from tests.unit.docs_site.coverage_rows import SESSIONS, write_coverage
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home

HANDLER = "reserveTable"


def page_of(home: Home) -> Page:
    (page,) = build_pages(home.warehouse, home.lake, SiteOptions())
    return page


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = empty_home(tmp_path_factory.mktemp("coverage"))
    write_coverage(found.warehouse, HANDLER)
    return found


@pytest.fixture(scope="module")
def page(home: Home) -> Page:
    return page_of(home)


def section(page: Page, anchor: str) -> str:
    start = page.body.index("{#" + anchor + "}")
    end = page.body.find("\n## ", start)
    return page.body[start : end if end > 0 else None]


def test_the_first_section_names_the_test_to_write_with_its_reasons(page: Page) -> None:
    first = page.body.split("\n## ")[1]
    assert first.startswith("Write these tests first")
    for words in (
        f">{HANDLER}</a>",
        "95.0 % untested",
        "50 executions in 40 sessions",
        "10.0 % failed",
        "3 commits",
        f"{HANDLER}, beat 2",
        "<code>reserveTable:7</code>",
        "tests run 1 of 20 lines, perhaps only the one that declares it; 2 test files import it",
    ):
        assert words in first, words
    assert "ln(1 + executions) × (1 + commits) × (1 + 10 × error rate)" in first


def test_a_handler_never_executed_is_no_test_to_write(page: Page) -> None:
    assert page.body.split("\n## ")[1].count("<li") == 1


def test_a_delete_candidate_has_its_bound_its_sessions_and_its_reason(page: Page) -> None:
    candidates = section(page, "never-seen")
    for words in ("4.95", f">{SESSIONS}<", "no report knows it; no test file imports it", HANDLER):
        assert words in candidates, words


@pytest.mark.parametrize(
    "anchor",
    ["idle-tests", "sequences-never-seen", "beats-never-seen", "topics-never-seen", "drift", "figures"],
)
def test_every_section_shows_its_rows(page: Page, anchor: str) -> None:
    assert f">{HANDLER}<" in section(page, anchor)
    assert "sl-empty" not in section(page, anchor)


def test_the_true_figure_stands_above_the_other_way_of_counting(page: Page) -> None:
    figures = section(page, "figures")
    assert "<b>93</b> handlers" in figures
    assert "\u22126" in figures


def test_the_factors_multiply_to_the_risk(home: Home) -> None:
    row = load_coverage(home.warehouse)[0]
    factors = (row["traffic_factor"], row["change_factor"], row["error_factor"], row["untested_share"])
    assert math.prod(factors) == pytest.approx(row["risk_score"], rel=0.001)


def test_production_is_handed_out_as_lcov(page: Page) -> None:
    (file,) = page.files
    assert file.path == LCOV_PATH
    assert parse_coverage(file.content).files[HANDLER].covered == {7, 8, 9}


def test_without_data_every_section_says_so_in_words(tmp_path: Path) -> None:
    empty = page_of(empty_home(tmp_path))
    for anchor in ("tests-first", "quadrants", "never-seen", "used-untested", "used-tested", "idle-tests", "drift"):
        assert "sl-empty" in section(empty, anchor), anchor
    assert "There is no session to judge by" in section(empty, "never-seen")
    assert "nothing to write as lcov" in section(empty, "lcov")


class Markup(HTMLParser):
    """Collects the elements and the attributes' names of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_hostile_names_stay_text(page: Page, tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for name in NAUGHTY_STRINGS[::8]:
        write_coverage(home.warehouse, name)
    calm, hostile = Markup(), Markup()
    calm.feed(page.body)
    hostile.feed(page_of(home).body)
    # Long names are folded away, and many rows have a filter.
    assert hostile.elements - calm.elements <= {"details", "summary", "input", "output"}
    assert hostile.attributes - calm.attributes <= {"type", "placeholder", "aria-label"}


def test_a_handler_is_listed_once_however_many_beats_and_tests_it_has(home: Home) -> None:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        (count,) = connection.execute("select count(*) from reports.rpt_handler_coverage").fetchall()[0]
    assert len(load_coverage(home.warehouse)) == count


@pytest.mark.parametrize(("sessions", "bound"), [(1, 95.0), (59, 4.95), (300, 0.99)])
def test_the_bound_is_the_one_of_the_literature(sessions: int, bound: float) -> None:
    assert never_seen_bound_pct(sessions) == pytest.approx(bound, abs=0.01)


def test_evidence_says_when_a_test_only_names_a_handler() -> None:
    row = {"covered_line_count": None, "executable_line_count": None}
    words = evidence_words(row, {"named_by_test": {"file_count": 1}})
    assert words == "no report knows it; 1 test file names it, none imports it"


@pytest.mark.parametrize(
    ("new", "title"),
    [
        ([3, 0, 0], "3 of 4 declared handlers seen; the last 2 sessions showed none of the others"),
        ([2, 1], "3 of 4 declared handlers seen; the last session still showed a new one"),
        ([2, 2], "All 4 declared handlers were seen; the last new one in session 2"),
        ([0], "None of 4 declared handlers was seen"),
    ],
)
def test_coverage_over_time_tells_how_long_nothing_new_came(new: list[int], title: str) -> None:
    rows = [
        {
            "session_id": str(number), "session_name": "s", "started_at": None, "session_number": number,
            "declared_handler_count": 4, "new_handler_count": count, "seen_handler_count": sum(new[:number]),
            "declared_beat_count": 4, "beat_count": 1, "beat_share_pct": 25.0,
        }
        for number, count in enumerate(new, 1)
    ]  # fmt: skip
    figure = coverage_over_time_figure(rows, "coverage.html")
    assert figure is not None
    assert figure.title == title
