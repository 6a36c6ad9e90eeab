"""No page states what is true only because there is nothing: it says what is missing, and what to give."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from docs_site.engine.site_options import SiteOptions
from docs_site.html.page import Page
from docs_site.pages import coverage, data_health, flows, index, state
from docs_site.pages.check_section import _outcome
from docs_site.pages.quality_tables import result_cell
from docs_site.queries.given import Given, load_given
from expectations.judge import Verdict
from expectations.suites import SUITES
from expectations.wording import finding_in_words
from orchestration.exports.junit import write_junit
from orchestration.gates import Evidence, every_gate, parse_gates, why_unjudged
from tests.unit.docs_site.synthetic_warehouse import Home, empty_home

# Sentences about all of something; about nothing at all they are true and worthless.
_CLAIM = re.compile(
    r"^(?:Every|All) |^No handler (?:is both|seen)|^No test (?:calls|file)|^Declarations, code and"
    r"|^No function of|^No deviation (?:of|worth)|^No time between|^Nothing follows"
)
_EMPTY = re.compile(r'<p class="sl-empty">(.*?)</p>', re.DOTALL)
# A share of nothing has no sign.
_SIGN_OF_NOTHING = re.compile("\u2013\\s*%")
PAGES: dict[str, Callable[[Home], Iterator[Page]]] = {
    "coverage": lambda home: coverage.build_pages(home.warehouse, home.lake, SiteOptions()),
    "state": lambda home: state.build_pages(home.warehouse, home.lake, SiteOptions()),
    "data_health": lambda home: data_health.build_pages(home.warehouse, home.lake, SiteOptions(), quality=home.quality),
    "flows": lambda home: flows.build_pages(home.warehouse, home.lake, SiteOptions()),
    "index": lambda home: index.build_pages(home.warehouse, home.lake, SiteOptions(), quality=home.quality),
}


def empty_sentences(page: Page) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found).strip() for found in _EMPTY.findall(page.body)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_nothing_claims_nothing(tmp_path: Path, name: str) -> None:
    home = empty_home(tmp_path)
    for page in PAGES[name](home):
        sentences = empty_sentences(page)
        assert not [sentence for sentence in sentences if _CLAIM.search(sentence)], page.path
        assert not _SIGN_OF_NOTHING.search(page.body), page.path


def test_logs_alone_say_nothing_of_declarations_and_tests(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("insert into marts.dim_sessions (session_id) values ('s')")
    (page,) = PAGES["coverage"](home)
    sentences = empty_sentences(page)
    assert "No sequence is declared: name declarations with --sequences." in sentences
    assert "No source code was given: name it with --code." in sentences
    assert not [sentence for sentence in sentences if _CLAIM.search(sentence)]


def given(**counts: int) -> Given:
    return Given(**dict.fromkeys(Given.__slots__, 0) | counts)


def test_a_claim_is_made_only_of_what_there_is() -> None:
    assert given(beats=3, sessions=1).claim("Every beat ran.", "beats", "sessions") == "Every beat ran."
    assert given(beats=3).claim("Every beat ran.", "beats", "sessions").startswith("No session was read")
    assert given().claim("All is tested.", "tests") == "No source code was given: name it with --code."
    assert given(files=1).claim("All is tested.", "tests").startswith("No test was found")
    assert not given(files=9, handlers=9).is_tested_known
    assert given(measured_handlers=1).is_tested_known


def test_the_counts_are_those_of_the_warehouse(tmp_path: Path) -> None:
    assert load_given(empty_home(tmp_path).warehouse) == given()


def test_a_check_without_anything_to_judge_has_neither_passed_nor_failed() -> None:
    import pandas as pd

    (suite,) = [suite for suite in SUITES if suite.name == "raw.beats"]
    check = next(check for check in suite.checks if not check.observed)
    nothing, something = Verdict(is_success=True, element_count=0), Verdict(is_success=True, element_count=7)
    assert not finding_in_words(suite, check, nothing, pd.DataFrame()).is_judged
    assert finding_in_words(suite, check, something, pd.DataFrame()).is_judged
    (breaches,) = [suite for suite in SUITES if suite.name == "marts.fct_breach_counts"]
    hangs = next(check for check in breaches.checks if check.name == "no_flow_hangs")
    among_flows = finding_in_words(breaches, hangs, nothing, pd.DataFrame(), 1073)
    assert (among_flows.is_judged, among_flows.observed) == (True, "none was seen")
    among_none = finding_in_words(breaches, hangs, nothing, pd.DataFrame(), 0)
    assert (among_none.is_judged, among_none.observed) == (False, "nothing to judge yet")
    failed = Verdict(is_success=False, element_count=2, unexpected_count=1)
    assert finding_in_words(breaches, hangs, failed, pd.DataFrame(), 0).is_judged
    row = {"is_success": True, "is_judged": False, "severity": "warning"}
    assert "nothing to judge" in str(result_cell(row).html)
    assert "passed" in str(result_cell(row | {"is_judged": None}).html)


@pytest.mark.parametrize(
    ("made", "failed", "unjudged", "words"),
    [
        (5, 0, 0, "5 checks, all passed."),
        (5, 1, 0, "5 checks, 1 failed."),
        (5, 0, 2, "3 checks, all passed; 2 more had nothing to judge."),
        (5, 0, 5, "5 checks, none had anything to judge."),
    ],
)
def test_checks_that_had_nothing_to_judge_are_not_counted_as_passed(
    made: int, failed: int, unjudged: int, words: str
) -> None:
    assert _outcome(made, failed, unjudged) == words


def test_a_gate_that_could_not_fail_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        evidence = Evidence(connection, home.quality)
        words = {gate.gate.name: why_unjudged(gate, evidence) for gate in every_gate()}
        assert all(words.values())
        assert words["budgets"] == "no budget is set"
        connection.execute("insert into marts.fct_flows (flow_id) values ('f')")
        assert why_unjudged(parse_gates(["deviations"])[0], evidence) is None
        assert why_unjudged(parse_gates(["drift"])[0], evidence) == "no sequence is declared"
    idle, judged = parse_gates(["budgets", "deviations"])
    root = ElementTree.fromstring(write_junit([], {idle: [], judged: []}, {"budgets": "no budget is set"}))
    assert {suite.get("name"): suite.get("skipped") for suite in root} == {"budgets": "1", "deviations": "0"}
    assert [skipped.get("message") for skipped in root.iter("skipped")] == ["nothing to judge: no budget is set"]
