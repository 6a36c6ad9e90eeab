"""The door: a layer is judged from files, reading only, without network, and never by raising."""

import socket
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from expectations import validate as door
from expectations.result import RESULT_SCHEMA, SuiteResult, write_results
from expectations.source import Source
from expectations.suite import Check, Frame, Suite
from expectations.suites import suites_of
from expectations.validate import validate, validate_suite
from orchestration.domain.tables import RAW_TABLES
from orchestration.lake import SCHEMA_FILE_NAME, ensure_table, table_folder
from tests.unit.expectations.healthy import NOW, build_tables, fill_tables, healthy_project


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a lake and a warehouse of the healthy project."""
    lake = duckdb.connect()
    build_tables(lake, ("raw",))
    fill_tables(lake, ("raw",))
    for table in RAW_TABLES:
        ensure_table(tmp_path / "lake", table)
        target = table_folder(tmp_path / "lake", table) / "part.parquet"
        lake.execute(f"copy raw.{table.name} to '{target}' (format parquet)")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        build_tables(warehouse, ("marts", "reports"))
        fill_tables(warehouse, ("marts", "reports"))
    return tmp_path


def everything_below(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_a_healthy_home_passes_every_suite_of_a_layer(home: Path, layer: door.Layer) -> None:
    results = validate(home / "warehouse.duckdb", home / "lake", layer, NOW)
    assert [result for result in results if not result.is_success] == []
    assert len(results) == sum(len(suite.checks) for suite in suites_of(layer))


def test_what_is_found_does_not_say_how_long_ago_it_was(home: Path) -> None:
    """A site built an hour later must be the same: ages are worked out where the page is read."""
    early, late = (
        validate(home / "warehouse.duckdb", home / "lake", "raw", moment) for moment in (NOW, NOW + timedelta(hours=5))
    )
    assert early == late
    assert any("UTC" in result.observed for result in early)


def test_validation_writes_no_file_and_opens_no_connection(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("HOME", str(elsewhere))
    monkeypatch.chdir(elsewhere)
    attempts: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: attempts.append(address))
    before = everything_below(home)
    validate(home / "warehouse.duckdb", home / "lake", "raw", NOW)
    validate(home / "warehouse.duckdb", home / "lake", "marts", NOW)
    assert everything_below(home) == before
    assert everything_below(elsewhere) == {}
    assert attempts == []


def test_validation_prints_nothing(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    validate(home / "warehouse.duckdb", home / "lake", "marts", NOW)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_a_table_that_does_not_exist_yet_is_a_clear_result(tmp_path: Path, layer: door.Layer) -> None:
    results = validate(tmp_path / "warehouse.duckdb", tmp_path / "lake", layer, NOW)
    assert [result.table_name for result in results] == [suite.table for suite in suites_of(layer)]
    assert all(not result.is_success for result in results)
    assert all("does not exist yet" in result.observed for result in results)


def test_a_lake_with_no_data_yet_is_judged_without_an_exception(tmp_path: Path) -> None:
    for table in RAW_TABLES:
        ensure_table(tmp_path / "lake", table)
    results = validate(tmp_path / "warehouse.duckdb", tmp_path / "lake", "raw", NOW)
    assert not [result for result in results if "could not be judged" in result.observed]
    failed = {result.check_name for result in results if not result.is_success}
    assert failed == {"a_log_was_read", "flows_are_told", "beats_are_told", "has_rows", "tests_are_found"}


def test_a_damaged_lake_file_fails_its_own_checks_and_no_others(home: Path) -> None:
    (table_folder(home / "lake", RAW_TABLES[0]) / "part.parquet").write_bytes(b"not parquet")
    results = validate(home / "warehouse.duckdb", home / "lake", "raw", NOW)
    (failed,) = [result for result in results if not result.is_success]
    assert failed.table_name == "log_files"
    assert "cannot be read" in failed.observed


def test_a_warehouse_that_is_no_database_is_a_clear_result(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"not a database" * 1000)
    results = validate(tmp_path / "warehouse.duckdb", tmp_path / "lake", "marts", NOW)
    assert results
    assert all("cannot be read" in result.observed for result in results)


def test_an_unfinished_file_of_a_killed_run_is_not_read(home: Path) -> None:
    (table_folder(home / "lake", RAW_TABLES[0]) / ".part.parquet.123.tmp").write_bytes(b"half")
    results = validate(home / "warehouse.duckdb", home / "lake", "raw", NOW)
    assert all(result.is_success for result in results)


def _check(name: str, **changes: object) -> Check:
    values: dict[str, object] = {
        "name": name,
        "severity": "warning",
        "description": "It holds.",
        "why": "Because.",
        "frame": Frame("select 1 as number"),
        "expectation": "ExpectColumnValuesToBeBetween",
        "expected": "1",
        "columns": ("number",),
        "arguments": {"min_value": 1},
    }
    return Check(**(values | changes))  # type: ignore[arg-type]


def test_a_check_that_cannot_be_judged_fails_with_the_reason_and_spares_the_others() -> None:
    suite = Suite(
        "marts",
        "marts",
        "fct_flows",
        "flows",
        (
            _check("good"),
            _check("no_such_column", columns=("nonsense",)),
            _check("no_such_expectation", expectation="ExpectMiracles"),
            _check("wrong_arguments", arguments={"least": 1}),
            _check("bad_query", frame=Frame("select nonsense from nowhere")),
            _check("bad_template", observed="{nonsense}"),
            _check("bad_examples", arguments={"min_value": 2}, examples="select nonsense"),
        ),
    )
    found = {result.check_name: result for result in validate_suite(Source(healthy_project()), suite)}
    assert found.pop("good").is_success
    assert len(found) == 6
    assert all(not result.is_success for result in found.values())
    assert all(result.observed.startswith("could not be judged: ") for result in found.values())
    assert "nonsense" in found["no_such_column"].observed
    assert "ExpectMiracles" in found["no_such_expectation"].observed


def test_results_come_back_from_parquet_as_they_were(tmp_path: Path) -> None:
    result = SuiteResult(
        layer="marts",
        suite_name="marts.fct_flows",
        table_name="fct_flows",
        check_name="duration_ms_is_plausible",
        expectation="ExpectColumnValuesToBeBetween",
        description="A flow takes no negative time.",
        column_name="duration_ms",
        severity="critical",
        is_success=False,
        expected="at least 0",
        observed="1 of 3 flows failed (33.3%)",
        unexpected_count=1,
        element_count=3,
        examples=("logs/0.log:7: <b>duration_ms</b> = -4",),
        subject="data",
        page="data-health.html",
        things=("<b>Play</b>",),
    )
    path = tmp_path / "quality" / "expectation_results_marts.parquet"
    write_results([result], path)
    (row,) = pq.read_table(path).to_pylist()
    assert SuiteResult(**{**row, "examples": tuple(row["examples"]), "things": tuple(row["things"])}) == result
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_no_results_are_an_empty_file_with_all_columns(tmp_path: Path) -> None:
    write_results([], tmp_path / "results.parquet")
    assert pq.read_table(tmp_path / "results.parquet").schema.names == RESULT_SCHEMA.names
    assert (tmp_path / "results.parquet").name != SCHEMA_FILE_NAME
