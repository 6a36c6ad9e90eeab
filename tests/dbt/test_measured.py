"""Measured tables: described in the lake, in order, and built when what they are of is there."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.defs.dbt.slices import slices_of
from orchestration.defs.home import Home
from orchestration.defs.measured.measuring import arrow_columns, ensure_measured, measure, measured_file
from orchestration.defs.measured.tables import MEASURED_TABLES, MeasuredTable
from tests.dbt.project_files import PROJECT, layer_of, sources

EVERY_TABLE = pytest.mark.parametrize("table", MEASURED_TABLES, ids=lambda table: table.name)


def manifest(reads: dict[str, list[str]]) -> dict[str, object]:
    """Return what dbt would say of models that read models, or measured tables."""
    measured = {table.name for table in MEASURED_TABLES}

    def id_of(name: str) -> str:
        return f"source.sightline.measured.{name}" if name in measured else f"model.sightline.{name}"

    nodes = {
        id_of(name): {"name": name, "resource_type": "model", "depends_on": {"nodes": list(map(id_of, read))}}
        for name, read in reads.items()
    }
    listed = {id_of(name): {"name": name, "source_name": "measured"} for name in measured}
    return {"nodes": nodes, "sources": listed}


def test_dbt_runs_no_python() -> None:
    assert list((PROJECT / "models").rglob("*.py")) == []


def test_every_measured_table_is_a_source_and_nothing_else_is() -> None:
    assert {name for source, name in sources() if source == "measured"} == {table.name for table in MEASURED_TABLES}


@EVERY_TABLE
def test_a_measured_table_has_the_columns_it_describes_in_order(table: MeasuredTable) -> None:
    described = sources()["measured", table.name]["columns"]
    assert [column["name"] for column in described] == arrow_columns(table).names


@EVERY_TABLE
def test_a_method_wants_parts_only_of_tables_it_is_given(table: MeasuredTable) -> None:
    assert set(table.method().selections) <= set(table.reads)
    assert set(table.reads) <= set(layer_of())


def test_only_what_is_judged_or_reported_reads_a_measured_table() -> None:
    readers = {
        path.relative_to(PROJECT / "models").parts[0]
        for path in (PROJECT / "models").rglob("*.sql")
        if "source('measured'" in path.read_text(encoding="utf-8")
    }
    assert readers == {"judged", "reports"}


def test_a_model_is_built_when_all_that_is_measured_of_it_is_there() -> None:
    reads: dict[str, list[str]] = {name: [] for table in MEASURED_TABLES for name in table.reads}
    reads |= {"fct_flow_variants": ["variant_moves"], "rpt_sequence_fitness": ["sequence_measures"]}
    first, second, third = slices_of(manifest({name: read for name, read in reads.items() if name != "variant_moves"}))
    assert "dim_beats" in first.models
    assert "variant_moves" in first.measured
    assert second.models == ("fct_flow_variants",)
    assert second.measured == ("sequence_measures",)
    assert third.models == ("rpt_sequence_fitness",)
    assert third.measured == ()


def test_what_is_chosen_alone_is_built() -> None:
    built = slices_of(manifest({"dim_handlers": [], "fct_handler_edges": ["dim_handlers"]}), {"fct_handler_edges"})
    assert [(part.models, part.measured) for part in built] == [(("fct_handler_edges",), ())]


def test_the_same_rows_are_not_written_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_test_items__collected as select 'a' as test_candidate_id, 'beat' as"
            " test_item_kind, 'one' as test_item_key, false as is_covered_by_tests"
        )
    ensure_measured(home)
    path = measured_file(home, "test_ranks")
    assert pq.ParquetFile(path).metadata.num_rows == 0
    schemas = {"int_test_items__collected": "intermediate"}
    assert measure(home, "test_ranks", schemas) == 1
    written = path.stat().st_mtime_ns
    assert measure(home, "test_ranks", schemas) == 1
    assert path.stat().st_mtime_ns == written
    # A full disk or a lost power leaves half a file: it is made anew, and no build stops at it.
    path.write_bytes(path.read_bytes()[:-20])
    ensure_measured(home)
    assert measure(home, "test_ranks", schemas) == 1
    expected = {"test_candidate_id": ["a"], "cover_rank": [1], "new_item_count": [1]}
    assert pq.ParquetFile(path).read().equals(pa.table(expected, schema=pa.schema(arrow_columns(MEASURED_TABLES[-1]))))


def test_a_table_that_is_no_longer_measured_goes_with_its_rows(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ensure_measured(home)
    measured_file(home, "of_an_earlier_version").write_bytes(b"what is forgotten since")
    ensure_measured(home)
    assert {path.stem for path in home.measured.iterdir()} == {table.name for table in MEASURED_TABLES}
