"""Budgets on the site: what is over comes first, too few executions are told, one about nothing is no success."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.html.number_format import format_count
from docs_site.parts.budget_tables import budget_badges, budget_summary, budget_table
from docs_site.queries.budgets import load_budgets, load_budgets_by_subject
from orchestration.cli.summary import describe_budgets, unmatched_budgets
from tests.unit.docs_site.recommendation_rows import insert
from tests.unit.docs_site.synthetic_warehouse import empty_home

COMPARED = {
    "budget_id": "b1", "budget_origin": "configured", "subject_kind": "handler", "name_pattern": "*",
    "statistic": "p95", "limit_ms": 50.0, "severity": "warning",
    "source_file_path": "sightline.toml", "session_id": "s1",
    "source_key": 'budgets.handlers."*".p95_ms', "log_file_path": "app.log", "line_number": 88,
    "source_line_number": None,
}  # fmt: skip
ROWS: tuple[dict[str, Any], ...] = (
    {"subject_id": "h1", "subject_name": "Menu.load", "verdict": "met", "actual_ms": 9.0, "max_ms": 60.0,
     "timed_count": 40, "over_count": 1, "over_pct": 2.5},
    {"subject_id": "h2", "subject_name": "Menu.<b>show", "verdict": "over", "actual_ms": 61.25, "max_ms": 99.0,
     "timed_count": 1200, "over_count": 90, "over_pct": 7.5},
    {"subject_id": "h3", "subject_name": "Menu.rare", "verdict": "too_few", "max_ms": 70.0, "timed_count": 3,
     "over_count": 1, "over_pct": 33.3},
    {"budget_id": "b2", "name_pattern": "laod", "verdict": "matches_nothing",
     "source_key": "budgets.handlers.laod.max_ms"},
    {"budget_id": "b3", "budget_origin": "declared", "subject_kind": "sequence", "verdict": "never_ran",
     "source_file_path": "appsettings.json", "source_line_number": 60, "source_key": "SequenceThresholdMs"},
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = empty_home(tmp_path_factory.mktemp("budgets"))
    with duckdb.connect(str(home.warehouse)) as connection:
        for number, row in enumerate(ROWS):
            insert(connection, "reports.rpt_budgets", COMPARED | {"budget_subject_id": str(number)} | row)
        insert(connection, "marts.dim_handlers", {"handler_id": "h2", "handler_name": "show"})
    return home.warehouse


def test_what_matches_nothing_and_what_is_over_come_first_with_numbers_place_and_source(warehouse: Path) -> None:
    rows = load_budgets(warehouse)
    assert [row["verdict"] for row in rows] == ["matches_nothing", "over", "too_few", "never_ran", "met"]
    table = str(budget_table(rows, "performance.html"))
    assert table.count("</th>") == 6
    assert '<a href="catalogue/handlers/h2.html">Menu.&lt;b&gt;show</a>' in table
    assert ">over: Medium<" in table
    assert f"90 of {format_count(1200)} (7.5%)" in table
    assert 'href="lines/s1.html#L88"' in table
    assert "at most 70.0</a> (n = 3)" in table
    assert "appsettings.json:60" in table


def test_the_summary_counts_limits_by_who_set_them_and_comparisons_by_what_became_of_them(warehouse: Path) -> None:
    assert budget_summary(load_budgets(warehouse)) == (
        "3 limits (2 of yours, 1 declared by the application), 5 comparisons: "
        "1 met, 1 over, 1 n too small, 1 never ran, 1 matches nothing."
    )


def test_a_page_of_a_thing_shows_its_budgets_as_badges(warehouse: Path) -> None:
    budgets = load_budgets_by_subject(warehouse)
    assert set(budgets) == {("handler", "h1"), ("handler", "h2"), ("handler", "h3")}
    badge = str(budget_badges(budgets["handler", "h2"]))
    assert "sl-warning" in badge
    assert f"p95 at most 50.0 ms: 61.2 ms, 90 of {format_count(1200)} took longer" in badge
    few = str(budget_badges(budgets["handler", "h3"]))
    assert "n = 3 is too small, the longest took 70.0 ms" in few
    assert budget_badges([]) == ""


def test_a_run_ends_with_what_is_over_and_with_budgets_about_nothing(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert list(describe_budgets(connection)) == [
            "1 of 3 comparisons with a budget are over it, the furthest Menu.<b>show, p95 61.2 ms of at most 50.0 ms",
            "WARNING: budgets.handlers.laod.max_ms in sightline.toml matches nothing, declared or seen; "
            "correct the name",
        ]
        assert [key for key, _ in unmatched_budgets(connection)] == ["budgets.handlers.laod.max_ms"]
