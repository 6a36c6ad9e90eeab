"""What dbt believes of the lake is what the table contract says: tables, columns, descriptions, assets."""

from collections import Counter

import pytest

from orchestration.domain.tables import CODE_TABLES, LOG_TABLES, PROJECT_TABLES, RAW_TABLES, Table
from tests.dbt.project_files import models, references, source_references, sources

SOURCE_OF = {
    table.name: source
    for source, tables in (("logs", LOG_TABLES), ("code", CODE_TABLES), ("project", PROJECT_TABLES))
    for table in tables
}
# An observed model takes the rows of its pending groups from a door; what Python measures it reads in the warehouse.
LONE_DOORS = {"stg_logs__state_changes", "stg_code__source_maps"}
EVERY_TABLE = pytest.mark.parametrize("table", RAW_TABLES, ids=lambda table: table.name)


def test_every_raw_table_is_a_source_and_nothing_else_is() -> None:
    raw = {key for key in sources() if key[0] != "measured"}
    assert raw == {(SOURCE_OF[table.name], table.name) for table in RAW_TABLES}


@EVERY_TABLE
def test_a_sources_columns_are_those_of_the_contract_in_order(table: Table) -> None:
    source = sources()[SOURCE_OF[table.name], table.name]
    assert [column["name"] for column in source["columns"]] == [column.name for column in table.columns]


@EVERY_TABLE
def test_a_source_says_what_the_contract_says(table: Table) -> None:
    source = sources()[SOURCE_OF[table.name], table.name]
    assert source["description"] == table.description
    for described, column in zip(source["columns"], table.columns, strict=True):
        assert described["description"] == column.description, column.name


@EVERY_TABLE
def test_a_source_is_tied_to_the_asset_that_makes_it(table: Table) -> None:
    source = sources()[SOURCE_OF[table.name], table.name]
    assert source["config"]["meta"]["dagster"]["asset_key"] == ["raw", table.name]


@EVERY_TABLE
def test_a_raw_table_has_one_door(table: Table) -> None:
    """Test that one model at most reads it; what no model reads, the site and the checks read."""
    readers = {reader for reader, read in source_references() if read == (SOURCE_OF[table.name], table.name)}
    assert len(readers) <= 1, readers


def test_a_door_that_changes_nothing_has_several_readers() -> None:
    readers = Counter(read for _, read in references())
    doors = [model.name for model in models() if model.schema == "staging"]
    assert {name for name in doors if readers[name] < 2} == LONE_DOORS
