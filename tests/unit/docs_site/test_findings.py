"""What to look at today: ranked, mixed, each with its evidence."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from docs_site.pages.coverage import never_seen_bound_pct
from docs_site.parts.findings import MOST, Evidence, Finding, load_findings, rank_findings
from docs_site.queries.health import Health, adds_up
from tests.unit.docs_site.recommendation_rows import write_recommendation
from tests.unit.docs_site.synthetic_warehouse import empty_home, write_home

ONE = Finding("error", "critical", "e", "why", 1.0, (Evidence("line 1", "lines/a.html#L1"),))
FILE = {
    "log_file_path": "a.log", "ingest_status": "ok", "line_count": 10, "record_line_count": 8,
    "rejected_line_count": 1, "blank_line_count": 1, "byte_count": 5, "last_emitted_at": None,
}  # fmt: skip


def test_what_fails_stands_before_what_is_slow() -> None:
    slow = replace(ONE, kind="bottleneck", tone="info", size=99.0)
    assert rank_findings([slow, ONE]) == [ONE, slow]


def test_one_fault_does_not_fill_the_page() -> None:
    errors = [replace(ONE, headline=f"e{number}") for number in range(20)]
    slow = replace(ONE, kind="bottleneck", tone="info")
    ranked = rank_findings([*errors, slow])
    assert len(ranked) == MOST
    assert ranked[-1] == slow


def test_every_finding_of_a_warehouse_has_numbers_and_evidence(tmp_path: Path) -> None:
    home = write_home(tmp_path, ["first", "second"])
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1)
        write_recommendation(connection, 2, fix_class="tolerate_absence", symptom_class="network_failed")
        write_recommendation(connection, 3, fix_class="write_test", symptom_kind="coverage")
    findings = load_findings(home.warehouse, home.lake, home.quality)
    assert {finding.kind for finding in findings} >= {"guard failure", "tolerate absence", "write test", "data"}
    assert all(
        finding.evidence and any(map(str.isdigit, finding.why)) for finding in findings if finding.kind != "data"
    )


def test_what_the_newest_build_no_longer_shows_needs_no_attention(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        write_recommendation(connection, 1, outcome="not_seen_in_newest_build")
    assert load_findings(home.warehouse, home.lake, home.quality) == []


def test_an_empty_warehouse_has_no_finding(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    assert load_findings(home.warehouse, home.lake, home.quality) == []


def test_what_was_never_seen_has_the_exact_bound_the_rule_of_three_is_near() -> None:
    assert never_seen_bound_pct(60) == pytest.approx(4.87, abs=0.01)
    assert never_seen_bound_pct(1) == pytest.approx(95.0)
    assert never_seen_bound_pct(0) is None


def test_a_file_whose_lines_do_not_add_up_is_a_critical_problem() -> None:
    assert adds_up(FILE)
    assert Health([FILE | {"blank_line_count": 0}], []).problems[0].tone == "critical"


def test_many_rejected_lines_are_a_problem_few_are_not() -> None:
    assert [problem.headline for problem in Health([FILE], []).problems] == [
        "10.0 % of all lines were understood by no rule"
    ]
    assert Health([FILE | {"rejected_line_count": 0, "record_line_count": 9}], []).problems == []
