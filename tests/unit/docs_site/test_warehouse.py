"""Reading for the site: opened once for a whole publication, and every reader apart from the others."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from docs_site.warehouse import SiteDataError, fetch_rows, keep_open, load_rows, open_lake, open_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table numbers as select unnest([1, 2]) as number")
    return path


def test_kept_open_the_warehouse_is_opened_once(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    connect = duckdb.connect

    def count(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        opened.append(arguments)
        return connect(*arguments, **options)

    monkeypatch.setattr(duckdb, "connect", count)
    with keep_open(warehouse), open_warehouse(warehouse) as outer:
        for _ in range(3):
            assert load_rows(warehouse, "select sum(number) as total from numbers") == [{"total": 3}]
            with open_lake() as lake:
                assert fetch_rows(lake, "select 1 as one") == [{"one": 1}]
        assert fetch_rows(outer, "select current_setting('TimeZone') as zone") == [{"zone": "UTC"}]
    # The warehouse, and the empty database that Parquet is read with.
    assert opened == [(str(warehouse),), ()]
    load_rows(warehouse, "select 1")
    assert len(opened) == 3


def test_kept_open_what_one_reader_creates_no_other_sees(warehouse: Path) -> None:
    with keep_open(warehouse), open_lake() as first, open_lake() as second:
        for number, lake in enumerate((first, second)):
            lake.execute(f"create temp view raw as select {number} as number")
        assert [fetch_rows(lake, "select number from raw") for lake in (first, second)] == [
            [{"number": 0}],
            [{"number": 1}],
        ]


def test_a_warehouse_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(SiteDataError, match="build the dbt models first"), keep_open(tmp_path / "none.duckdb"):
        pass
