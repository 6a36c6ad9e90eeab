"""The work for a session grows with its lines, not with the pairs of its lines.

A session is built, and again when it is four times as long. Each time every model is run once more, and what its joins
put out is counted: a join of all pairs puts out sixteen times as much.
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
from tests.made.long_session import write_long_session

pytestmark = pytest.mark.slow

# SIGHTLINE_TEST_LONG_SESSION=10 is the nightly size: megabytes of the shorter session.
MEGABYTES = float(os.environ.get("SIGHTLINE_TEST_LONG_SESSION", "1"))
TIMES_AS_LONG = 4
MOST_GROWTH = 6
# Joins of a few rows grow by whole rows.
FEWEST_ROWS = 2_000
# A longer session shows more groups of errors, each compared with more, and more recommendations, each with its lines.
BY_GROUP = {
    "int_error_units__built",
    "int_error_features__counted",
    "int_evidence_lines__collected",
    "rpt_recommendation_evidence",
}
# In the nightly size all models are built, else those that work per session.
BUILD = "untested" if MEGABYTES >= 10 else "incremental"
BISTRO = REPOSITORY / "examples" / "bistro"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rows of joins for a session, and for the same session when it has grown."""
    folder = tmp_path_factory.mktemp("long")
    log, home = folder / "logs" / "service.log", folder / "home"
    found: list[dict[str, int]] = []
    statements: dict[str, str] = {}
    for length in (1, TIMES_AS_LONG):
        write_long_session(BISTRO / "logs", log, int(MEGABYTES * 1_000_000 * length))
        build_home_of([log.parent], [BISTRO / "src" / "modules", BISTRO / "manifests"], home, [BISTRO], BUILD)
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


def test_no_join_puts_out_more_than_the_session_grew(rows: tuple[dict[str, int], dict[str, int]]) -> None:
    short, long = rows
    assert sum(long.values()) > TIMES_AS_LONG / 2 * sum(short.values()), "the longer session is no longer"
    grown = {
        name: (short[name], most)
        for name, most in long.items()
        if name not in BY_GROUP and most > MOST_GROWTH * max(short[name], FEWEST_ROWS / MOST_GROWTH)
    }
    assert not grown
