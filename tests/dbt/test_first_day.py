"""The first day: with an empty lake the whole project parses, builds and tests green, and every table is there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.defs.home import Home
from orchestration.defs.measured.measuring import ensure_measured
from orchestration.domain.tables import RAW_TABLES
from orchestration.lake import ensure_table
from tests.dbt.project_files import PROJECT, Model, models

pytestmark = pytest.mark.slow


def run_dbt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    project, target = str(PROJECT), str(home / "dbt")
    return subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", *arguments, "--no-use-colors"),
            *("--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target),
        ],
        env={
            **os.environ,
            "SIGHTLINE_WAREHOUSE": str(home / "warehouse.duckdb"),
            "SIGHTLINE_LAKE": str(home / "lake"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("first_day")
    for table in RAW_TABLES:
        ensure_table(home / "lake", table)
    ensure_measured(Home(home))
    return home


@pytest.fixture(scope="module")
def build(home: Path) -> subprocess.CompletedProcess[str]:
    return run_dbt(home, "build")


@pytest.fixture(scope="module")
def warehouse(home: Path, build: subprocess.CompletedProcess[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    assert build.returncode == 0, build.stdout
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_the_project_builds_on_an_empty_lake_without_a_warning(build: subprocess.CompletedProcess[str]) -> None:
    assert build.returncode == 0, build.stdout
    assert "WARN=0 ERROR=0 SKIP=0" in build.stdout
    assert "Deprecat" not in build.stdout


def test_building_again_with_nothing_new_is_green(home: Path, build: subprocess.CompletedProcess[str]) -> None:
    again = run_dbt(home, "run")
    assert (build.returncode, again.returncode) == (0, 0), again.stdout


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_has_exactly_the_columns_it_describes(model: Model, warehouse: duckdb.DuckDBPyConnection) -> None:
    built = warehouse.execute(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
        [model.schema, model.name],
    ).fetchall()
    found, described = {column for (column,) in built}, set(model.columns)
    assert found, f"{model.schema}.{model.name} was not built"
    if model.schema == "intermediate":
        assert described <= found
    else:
        assert described == found


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_has_no_rows_yet(model: Model, warehouse: duckdb.DuckDBPyConnection) -> None:
    if "headline" in model.name:
        pytest.skip("has a row per way of counting, whatever there is to count")
    assert warehouse.execute(f"select count(*) from {model.schema}.{model.name}").fetchall() == [(0,)]


def test_headline_figures_of_nothing_are_zero_or_unknown(warehouse: duckdb.DuckDBPyConnection) -> None:
    figures = warehouse.execute("select true_value, naive_value from reports.rpt_headline_figures").fetchall()
    assert figures
    assert {value for pair in figures for value in pair} <= {0, None}
