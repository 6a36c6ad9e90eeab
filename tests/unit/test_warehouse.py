"""The one reader: opened once for a whole publication, every reader apart from the others, trouble in words."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import duckdb
import pytest

from orchestration.warehouse import (
    TablesError,
    copy_tables,
    fetch_frame,
    fetch_rows,
    fetch_tuples,
    has_table,
    is_damaged,
    keep_open,
    load_raw,
    load_rows,
    open_files,
    open_tables,
)


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
    with keep_open(warehouse), open_tables(warehouse) as outer:
        for _ in range(3):
            assert load_rows(warehouse, "select sum(number) as total from numbers") == [{"total": 3}]
            with open_files() as lake:
                assert fetch_rows(lake, "select 1 as one") == [{"one": 1}]
        assert fetch_rows(outer, "select current_setting('TimeZone') as zone") == [{"zone": "UTC"}]
    # The warehouse, and the empty database that Parquet is read with.
    assert opened == [(str(warehouse),), ()]
    load_rows(warehouse, "select 1")
    assert len(opened) == 3


def test_kept_open_what_one_reader_creates_no_other_sees(warehouse: Path) -> None:
    with keep_open(warehouse), open_files() as first, open_files() as second:
        for number, lake in enumerate((first, second)):
            lake.execute(f"create temp view raw as select {number} as number")
        assert [fetch_rows(lake, "select number from raw") for lake in (first, second)] == [
            [{"number": 0}],
            [{"number": 1}],
        ]


def test_rows_tuples_and_frames_are_one_answer_with_times_in_utc_and_decimals_as_floats(warehouse: Path) -> None:
    sql = "select $a as a, 1.5::decimal(3, 1) as d, timestamp '2026-01-02 03:04:05' as naive, null::timestamp as never"
    naive = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with open_tables(warehouse) as connection:
        assert fetch_rows(connection, sql, {"a": "'"}) == [{"a": "'", "d": 1.5, "naive": naive, "never": None}]
        assert fetch_tuples(connection, sql, {"a": "'"}) == [("'", 1.5, naive, None)]
        assert fetch_frame(connection, "select number from numbers where number > ?", [1]).to_pydict() == {
            "number": [2]
        }
        aware = fetch_tuples(connection, "select timestamptz '2026-01-02 03:04:05+02' as t")[0][0]
    assert aware == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert aware.tzinfo is UTC


def test_what_is_not_there_is_said_in_one_line_with_its_kind(warehouse: Path, tmp_path: Path) -> None:
    with open_tables(warehouse) as connection:
        for sql, problem in (
            ("select * from marts.none", "layout"),
            ("select none from numbers", "layout"),
            ("select * from read_parquet('/none/*.parquet')", "files"),
            ("select 'one'::int", "other"),
        ):
            with pytest.raises(TablesError, match=r"^the tables cannot be read \(.+\)$") as caught:
                fetch_rows(connection, sql)
            assert caught.value.problem == problem
        assert has_table(connection, "main", "numbers")
        assert not has_table(connection, "main", "none")
    with pytest.raises(TablesError, match="run `sightline run` first"), keep_open(tmp_path / "none.duckdb"):
        pass


def test_a_file_that_is_no_database_and_one_that_is_being_written_are_told_apart(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_text("not a database " * 1000)
    with pytest.raises(TablesError, match="is not a warehouse") as caught, open_tables(damaged):
        pass
    assert caught.value.problem == "damaged"
    flipped = tmp_path / "flipped.duckdb"
    duckdb.connect(str(flipped)).close()
    # The engine speaks of a damaged "block": that is no lock.
    flipped.write_bytes(bytes(byte ^ (40 <= place < 48) for place, byte in enumerate(flipped.read_bytes())))
    with pytest.raises(TablesError, match="is not a warehouse") as caught, open_tables(flipped):
        pass
    assert "block" in str(caught.value.__context__)
    assert is_damaged(damaged)
    assert is_damaged(flipped)
    held = tmp_path / "held.duckdb"
    with _talking(f"import duckdb; c = duckdb.connect({str(held)!r}); print('held', flush=True); input()") as holder:
        assert _said(holder) == "held\n"
        with pytest.raises(TablesError, match="a run is writing it") as caught, open_tables(held):
            pass
        assert not is_damaged(held)
    assert caught.value.problem == "locked"


WRITER = """
import duckdb
connection = duckdb.connect({path!r})
connection.execute("begin")
connection.execute("update marts.facts set number = 2")
print("half", flush=True)
input()
connection.execute("commit")
connection.close()
print("done", flush=True)
input()
"""
READER = """
import sys
from pathlib import Path
from orchestration.warehouse import fetch_tuples, open_tables
with open_tables(Path({path!r})) as connection:
    for _ in sys.stdin:
        print(fetch_tuples(connection, "select f.number, s.number from marts.facts f, reports.seen s"), flush=True)
"""


def test_a_reader_neither_waits_for_a_build_nor_sees_half_of_it(tmp_path: Path) -> None:
    built, published = tmp_path / "warehouse.duckdb", tmp_path / "published.duckdb"
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema marts; create schema reports; create table marts.hidden as select 0 as x")
        connection.execute("create table marts.facts as select 1 as number")
        connection.execute("create view reports.seen as select * from marts.facts")
    tables = [("marts", "facts"), ("reports", "seen"), ("reports", "not_built")]
    assert copy_tables(built, published, tables) == {"marts.facts": 1, "reports.seen": 1}
    with (
        _talking(WRITER.format(path=str(built))) as writer,
        _talking(READER.format(path=str(published))) as long_reader,
    ):
        assert _said(writer) == "half\n"
        with pytest.raises(TablesError, match="a run is writing it"), open_tables(built):
            pass
        assert load_rows(published, "select number from marts.facts") == [{"number": 1}]
        assert _answer(long_reader) == "[(1, 1)]\n"
        assert _answer(writer) == "done\n"
        # The build is done and not yet published, then it is; who began to read before goes on with what was there.
        assert load_rows(published, "select number from marts.facts") == [{"number": 1}]
        copy_tables(built, published, tables)
        assert load_rows(published, "select number from marts.facts") == [{"number": 2}]
        assert _answer(long_reader) == "[(1, 1)]\n"
    with open_tables(published) as connection:
        assert not has_table(connection, "marts", "hidden")


def test_a_copy_has_its_rows_in_one_order_whatever_order_they_were_built_in(tmp_path: Path) -> None:
    rows = []
    for order in ("asc", "desc"):
        built, published = tmp_path / f"{order}.duckdb", tmp_path / f"{order}_published.duckdb"
        with duckdb.connect(str(built)) as connection:
            connection.execute("create schema marts")
            connection.execute(f"create table marts.facts as select range as number from range(9) order by 1 {order}")
        copy_tables(built, published, [("marts", "facts")])
        rows.append(load_rows(published, "select number from marts.facts"))
    assert rows[0] == rows[1] == [{"number": number} for number in range(9)]


def test_a_copy_that_fails_leaves_the_old_file_and_what_a_killed_one_left_goes(tmp_path: Path) -> None:
    built, published = tmp_path / "warehouse.duckdb", tmp_path / "published.duckdb"
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema marts; create table marts.facts as select 'one' as number")
    copy_tables(built, published, [("marts", "facts")])
    left = tmp_path / ".published.duckdb.1.tmp.wal"
    left.write_text("what was forgotten since")
    with duckdb.connect(str(built)) as connection:
        connection.execute("create view marts.broken as select number::int as number from marts.facts")
    with pytest.raises(TablesError, match="cannot be written anew"):
        copy_tables(built, published, [("marts", "broken"), ("marts", "facts")])
    assert load_rows(published, "select number from marts.facts") == [{"number": "one"}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["published.duckdb", "warehouse.duckdb"]


def _talking(script: str) -> Popen[str]:
    return Popen([sys.executable, "-c", script], stdin=PIPE, stdout=PIPE, text=True)


def _answer(process: Popen[str]) -> str:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return _said(process)


def _said(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_raw_table_that_was_never_written_has_no_rows(tmp_path: Path) -> None:
    lake = tmp_path / "o'brien"
    assert load_raw(lake, "commits", "select * from raw") == []
    folder = lake / "raw" / "commits"
    folder.mkdir(parents=True)
    with open_files() as files:
        files.execute("copy (select 7 as number) to '" + str(folder / "a.parquet").replace("'", "''") + "'")
    assert load_raw(lake, "commits", "select * from raw where number = ?", [7]) == [{"number": 7}]
