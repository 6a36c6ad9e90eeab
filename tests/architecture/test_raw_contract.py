"""The contract of the raw tables is one: what dbt says of its sources is what the domain says."""

import pytest
import yaml

from orchestration.domain.tables import LOG_TABLES, RAW_TABLES, Table
from tests.corpus import REPOSITORY


def declared_sources() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for path in (REPOSITORY / "dbt_project" / "models").rglob("_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"] if source["name"] != "measured" else ():
                tables[table["name"]] = {column["name"]: column["description"] for column in table["columns"]}
    return tables


SOURCES = declared_sources()
READ_TABLES = [table for table in RAW_TABLES if table.name in SOURCES]


def test_dbt_reads_only_raw_tables_and_all_of_the_logs() -> None:
    assert SOURCES.keys() <= {table.name for table in RAW_TABLES}
    assert {table.name for table in LOG_TABLES} <= SOURCES.keys()


@pytest.mark.parametrize("table", READ_TABLES, ids=lambda table: table.name)
def test_a_source_has_the_columns_of_its_table_in_order_and_in_the_same_words(table: Table) -> None:
    expected = {column.name: column.description for column in table.columns}
    assert list(SOURCES[table.name].items()) == list(expected.items())


@pytest.mark.parametrize("table", RAW_TABLES, ids=lambda table: table.name)
def test_every_staged_column_is_described_and_no_column_name_says_nothing(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert not {"event", "type", "name", "id", "data"} & set(names)
    assert all(column.description.strip() for column in table.columns)
