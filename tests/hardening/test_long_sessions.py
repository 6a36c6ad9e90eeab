"""The work for a session grows with its lines, not with the pairs of its lines.

Sessions are built, and again when they are four times as long. Each time every model is run once more, and what its
joins put out is counted: a join of all pairs puts out sixteen times as much.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.corpus import REPOSITORY
from tests.integration.corpus_truth import build_home_of
from tests.made.long_session import (
    write_flows_side_by_side,
    write_flows_that_fail_each_in_its_own_way,
    write_long_session,
)

pytestmark = pytest.mark.slow

# SIGHTLINE_TEST_LONG_SESSION=10 is the nightly size: megabytes of the shorter session.
MEGABYTES = float(os.environ.get("SIGHTLINE_TEST_LONG_SESSION", "1"))
# Their pairs are more than the rows of the long session, which would hide them.
FLOWS = int(MEGABYTES * 100)
TIMES_AS_LONG = 4
MOST_GROWTH = 6
# Joins of a few rows grow by whole rows, and by the beats of errors that only the longer session shows (2,078 rows).
FEWEST_ROWS = 4_000
# A longer session shows more recommendations, each with its lines; a race is a pair of flows that run at once.
BY_PAIR = {"int_evidence_lines__collected", "rpt_recommendation_evidence", "int_state_findings__of_races"}
# In the nightly size all models are built, else those that work per session, and the comparison of groups of errors.
BUILD, ALSO = ("untested", ()) if MEGABYTES >= 10 else ("incremental", ("int_error_features__counted",))
BISTRO = REPOSITORY / "examples" / "bistro"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rows of joins for some sessions, and for the same sessions when they have grown."""
    folder = tmp_path_factory.mktemp("long")
    logs, home = folder / "logs", folder / "home"
    declared = [BISTRO / "src" / "modules", BISTRO / "manifests"]
    found: list[dict[str, int]] = []
    statements: dict[str, str] = {}
    for length in (1, TIMES_AS_LONG):
        write_long_session(BISTRO / "logs", logs / "service.log", int(MEGABYTES * 1_000_000 * length))
        write_flows_side_by_side(logs / "side-by-side.log", [FLOWS, FLOWS * (length - 1)])
        write_flows_that_fail_each_in_its_own_way(logs / "failing.log", FLOWS * length)
        build_home_of([logs], declared, home, [BISTRO], BUILD, ALSO)
        statements = statements or compiled_models(home)
        found.append(rows_of_joins(home, statements))
    return found[0], found[1]


def compiled_models(home: Path) -> dict[str, str]:
    """Return what the models that were built first ran, for all sessions."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in (home / "dbt" / "compiled" / "sightline" / "models").rglob("*.sql")
        if path.parent.suffix != ".yml"
    }


def rows_of_joins(home: Path, statements: dict[str, str]) -> dict[str, int]:
    """Return, per model, the most rows that one of its joins puts out."""
    found = {}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        for name, statement in statements.items():
            plan = connection.execute(f"explain (analyze, format json) {statement}").fetchall()[0][1]
            joins = [node for node in operators(json.loads(plan)) if "JOIN" in node["operator_name"]]
            found[name] = max((node["operator_cardinality"] for node in joins), default=0)
    return found


def operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return all operators of a plan."""
    for child in plan.get("children", []):
        yield child
        yield from operators(child)


def test_no_join_puts_out_more_than_the_sessions_grew(rows: tuple[dict[str, int], dict[str, int]]) -> None:
    short, long = rows
    assert sum(long.values()) > TIMES_AS_LONG / 2 * sum(short.values()), "the longer sessions are no longer"
    grown = {
        name: (short[name], most)
        for name, most in long.items()
        if name not in BY_PAIR and most > MOST_GROWTH * max(short[name], FEWEST_ROWS / MOST_GROWTH)
    }
    assert not grown
