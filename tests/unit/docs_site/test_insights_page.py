"""The insights page: ranked, with the formula's numbers, the three questions, evidence and a lasting address."""

from pathlib import Path

import duckdb
import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.html import links
from docs_site.html.page import Page
from docs_site.pages.insights import build_pages
from docs_site.parts.insight_tables import cause_table, handler_table
from docs_site.parts.insight_words import LONGEST_HEADLINE, cut, fix_outcome_words, headline, marks
from orchestration.warehouse import Row
from tests.unit.docs_site.naughty_strings import NAUGHTY_STRINGS
from tests.unit.docs_site.recommendation_rows import recommendation, write_recommendation
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home


def page_of(home: Home) -> Page:
    (page,) = build_pages(home.warehouse, home.lake, SiteOptions())
    assert page.path == links.INSIGHTS
    return page


def test_a_recommendation_has_its_formula_path_evidence_and_address(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1)
        write_recommendation(
            connection, 2, fix_class="write_test", symptom_kind="coverage", symptom_class="used_untested"
        )
    body = page_of(home).body
    assert 'id="r-id0001"' in body
    assert "90.0 s \u00d7 0.90 / 2.00 h = 39.5" in body
    assert "lines/s1.html#L12" in body
    assert "src/take.ts:7" in body
    assert body.index("take1") < body.index("take2")
    assert 'data-kind="write_test"' in body
    assert links.recommendation_url("id0001") == "insights.html#r-id0001"


def test_without_a_recommendation_the_page_says_so(tmp_path: Path) -> None:
    assert "Nothing to recommend" in page_of(empty_home(tmp_path)).body


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        for number, text in enumerate(NAUGHTY_STRINGS):
            name = text or "x"
            words = {"title": name, "fix": name, "proof": name, "observed": name, "expected": name, "topic": name}
            write_recommendation(connection, number, **words, fix_class="look_into_error", code_file_path=name)
    body = page_of(home).body
    assert "<script>alert" not in body
    assert "<img src=x" not in body


@pytest.mark.parametrize("text", ["word " * 200, "x" * 900, "a\nb\n" * 100])
def test_a_headline_is_one_short_line(text: str) -> None:
    row = recommendation(1, title="the application reports an error", fix_class="look_into_error", observed=text)
    said = headline(row | {"group_title": None})
    assert len(said) <= LONGEST_HEADLINE
    assert "\n" not in said
    assert said.endswith("\u2026")
    assert cut("short") == "short"


def test_a_question_that_cannot_be_judged_is_not_answered() -> None:
    unknown = {"holds_statistically": None, "q_value": None, "holds_in_time": False, "odds_ratio": None}
    structure, statistics, time = marks(recommendation(1) | unknown)
    assert (structure.answer, statistics.answer, time.answer) == ("holds", "not judged", "does not hold")
    assert statistics.words == "a declaration is kept or broken: no chance is involved"


@pytest.mark.parametrize("text", NAUGHTY_STRINGS)
def test_hostile_causes_stay_text_on_the_pages_of_sessions_and_handlers(text: str) -> None:
    cause = {"cause_number": 1, "symptom_count": 2, "cause_score": 3.5, "group_title": text}
    row = recommendation(1, title=text or "x", observed=text, sequence_name=text, code_file_path=text) | cause
    for table in (cause_table([row], links.session_url("s1"), None), handler_table([row], links.handler_url("h1"))):
        assert "<script>alert" not in table
        assert "<img src=x" not in table
        assert "../insights.html#r-id0001" in table


def test_what_needs_no_explanation_is_said_to() -> None:
    assert "Nothing went wrong in this session" in cause_table([], links.session_url("s1"), None)
    assert "Nothing is recommended" in handler_table([], links.handler_url("h1"))


OUTCOME: Row = {
    "fix_outcome": "fixed", "opportunity_kind": "handler executions", "cause_change": "build 1.6.0",
    "before_opportunity_count": 389, "before_occurrence_count": 12, "after_opportunity_count": 312,
    "after_occurrence_count": 0, "fix_p_value": 0.001,
}  # fmt: skip


def test_what_became_of_a_problem_is_said_with_its_counts_on_both_sides() -> None:
    assert fix_outcome_words(OUTCOME) == (
        "Fixed: 0 of 312 handler executions since build 1.6.0, so at most 1.0%; before 12 of 389 (3.1%)"
    )
    again = OUTCOME | {"fix_outcome": "not_fixed", "after_occurrence_count": 4, "fix_p_value": None}
    assert fix_outcome_words(again).startswith("Not fixed: 4 of 312 (1.3%) handler executions since build 1.6.0")
    few = OUTCOME | {"fix_outcome": "cannot_tell", "after_opportunity_count": 3, "fix_p_value": 0.73}
    assert (
        "Cannot tell: 0 of 3 handler executions since build 1.6.0, which may be chance (p 0.73)"
        in fix_outcome_words(few)
    )
    idle = OUTCOME | {"fix_outcome": "cannot_tell", "after_opportunity_count": 0, "fix_p_value": 1.0}
    assert fix_outcome_words(idle).startswith("Cannot tell: no handler executions since build 1.6.0")
    assert fix_outcome_words(OUTCOME | {"fix_outcome": None}) == ""
