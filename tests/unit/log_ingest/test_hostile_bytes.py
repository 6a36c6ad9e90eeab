"""Whatever the bytes are, the ingest survives them and every line is accounted for."""

import gzip
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.encodings import wide_encoding
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.options import IngestOptions
from tests.unit.log_ingest.log_lake import (
    SETTLED_OPTIONS,
    Lake,
    assert_counts_add_up,
    beat_log,
    ingest,
    write,
)

SMALL_BLOCKS = replace(SETTLED_OPTIONS, block_byte_count=64, max_line_byte_count=200)
_PIECES = st.sampled_from(
    [
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\x1b[31m",
        b"\x1b]0;x\x07",
        b" ",
        b"    at fn (a.ts:1:2)\n",
        b"EventBus.ts:70 2026-03-01T10:00:00.000Z \xf0\x9f\x8e\xbc Sequence: x\n",
        b"x" * 250,
        b"\xf0\x9f\x8e",
        b" \n",
        b"[redacted:x]",
        b"a@b.example.org",
        b"-----BEGIN PRIVATE KEY-----\n",
    ]
)
HOSTILE = st.lists(st.one_of(_PIECES, st.binary(max_size=40)), max_size=30).map(b"".join)
_MAGIC = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff")
PLAIN = HOSTILE.filter(lambda data: not data.startswith(_MAGIC))


def lines_of(data: bytes, block_byte_count: int) -> list[tuple[int, int, int, str]]:
    """Return number, offset, length and flaw of every line a feed yields."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.log", data)
        options = replace(SMALL_BLOCKS, block_byte_count=block_byte_count)
        feed = LogFeed(LogJob(LogSource(path, "a.log", "x"), len(data), 0), options)
        found = []
        for segment in feed.segments():
            for place in range(segment.line_count):
                is_long = segment.byte_counts[place] > options.max_line_byte_count
                found.append(
                    (
                        segment.first_line_number + place,
                        int(segment.starts[place]),
                        int(segment.byte_counts[place]),
                        "long"
                        if is_long
                        else segment.data[
                            int(segment.ends[place - 1]) if place else 0 : int(segment.ends[place])
                        ].decode(),
                    )
                )
        return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, st.booleans())
@example(b"", False)
@example(b"\r", True)
@example(b"x" * 1000 + b"\r\n" + b"y", True)
def test_any_bytes_are_survived_and_every_line_is_accounted_for(data: bytes, is_known: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        head = beat_log(3).encode() if is_known else b""
        write(Path(folder) / "logs" / "a.log", head + data)
        lake = ingest(Path(folder) / "logs", Path(folder) / "lake", SMALL_BLOCKS)
        assert_counts_add_up(lake)
        assert lake.table("log_files")["ingest_status"][0] != "duplicate"


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.integers(16, 300))
@example(b"a" * 300 + b"\r\n" + b"b\r\nc\rd", 16)
@example(b"a" * 300, 16)
@example(b"a\r\n\r\nb", 16)
@example(b"x" * 250 + b"\n\r", 16)
def test_the_size_of_a_block_changes_no_line(data: bytes, block_byte_count: int) -> None:
    assert lines_of(data, block_byte_count) == lines_of(data, 1 << 20)


@settings(max_examples=100, deadline=None)
@given(PLAIN.filter(lambda data: not data.startswith(b"\xef\xbb\xbf") and wide_encoding(data) is None))
@example(b"\n\n\n\0")
def test_lines_end_with_lf_crlf_or_a_lone_cr_and_cover_the_file(data: bytes) -> None:
    expected = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [length for _, _, length, _ in lines_of(data, 1 << 20)] == [len(line) for line in expected]


def test_a_line_too_long_is_counted_and_not_kept(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(2) + "x" * 5000 + "\n" + beat_log(1))
    lake = ingest(tmp_path / "logs", tmp_path / "lake", SMALL_BLOCKS)
    row = lake.table("rejected_lines").row(0, named=True)
    assert (row["line_number"], row["reason"], row["byte_count"]) == (3, "too_long", 5000)
    assert len(row["line_text"]) == 2000
    assert [record["line_number"] for record in lake.records()] == [1, 2, 4]


def test_a_hundred_megabyte_line_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "logs/a.log"
    write(path, beat_log(2))
    with path.open("ab") as file:
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + beat_log(1).encode())
    lake = ingest(tmp_path / "logs", tmp_path / "lake", replace(SETTLED_OPTIONS, block_byte_count=1 << 20))
    assert lake.table("rejected_lines")["byte_count"].to_list() == [100 << 20]
    assert lake.file("a.log")["record_count"] == 3


def test_lines_with_nul_are_rejected_as_binary_and_shown_without_it(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(2).encode() + b"PNG\0\0data\n")
    assert ingest(tmp_path / "logs", tmp_path / "lake").rejected() == [(3, "binary", "PNG␀␀data")]


def test_invalid_utf8_is_replaced_and_counted(tmp_path: Path) -> None:
    broken = beat_log(2).encode() + b"EventBus.ts:70 2026-03-01T10:00:02.000Z caf\xe9 \xff\xfe!\n"
    write(tmp_path / "logs/a.log", broken)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.records()[-1]["message"] == "caf� ��!"
    assert lake.file("a.log")["replaced_character_count"] == 3


def test_a_replacement_character_that_was_in_the_log_is_not_counted(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(2) + "EventBus.ts:70 2026-03-01T10:00:02.000Z � fine\n")
    assert ingest(tmp_path / "logs", tmp_path / "lake").file("a.log")["replaced_character_count"] == 0


def test_ansi_codes_vanish_from_the_text(tmp_path: Path) -> None:
    write(
        tmp_path / "logs/a.log",
        beat_log(2) + "EventBus.ts:70 2026-03-01T10:00:02.000Z \x1b[31mred\x1b[0m \x1b]0;t\x07x\n",
    )
    assert ingest(tmp_path / "logs", tmp_path / "lake").records()[-1]["message"] == "red x"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_says_the_encoding(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    write(tmp_path / "logs/a.log", mark + beat_log(5).encode(encoding))
    plain = write(tmp_path / "plain/a.log", beat_log(5))
    marked, unmarked = ingest(tmp_path / "logs", tmp_path / "lake"), ingest(plain, tmp_path / "other")
    assert marked.records() == unmarked.records()
    assert marked.file("a.log")["byte_count"] == len(mark + beat_log(5).encode(encoding))


@pytest.mark.parametrize("terminator", ["\n", "\r\n", "\r"])
def test_every_line_ending_gives_the_same_records(tmp_path: Path, terminator: str) -> None:
    write(tmp_path / "logs/a.log", beat_log(50).replace("\n", terminator))
    lake = ingest(tmp_path / "logs", tmp_path / "lake", SMALL_BLOCKS)
    assert [record["beat_number"] for record in lake.records()] == list(range(1, 51))


def test_an_empty_file_is_a_row_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", "")
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert (lake.file("a.log")["ingest_status"], lake.file("a.log")["line_count"]) == ("empty", 0)


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_archives_are_read_as_what_they_hold(tmp_path: Path, suffix: str, pack) -> None:  # type: ignore[no-untyped-def]
    text = beat_log(2000).encode()
    write(tmp_path / f"logs/a.log{suffix}", pack(text[:5000]) + pack(text[5000:]))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    row = lake.file(f"a.log{suffix}")
    assert (row["ingest_status"], row["record_count"], row["byte_count"]) == ("ok", 2000, len(text))


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_truncated_archive_keeps_its_whole_lines_and_says_so(tmp_path: Path, suffix: str, pack) -> None:  # type: ignore[no-untyped-def]
    text = "".join(f"{line[:-1]} {hash(line) % 10**9}\n" for line in beat_log(20000).splitlines(keepends=True)).encode()
    packed = pack(text)
    write(tmp_path / f"logs/a.log{suffix}", packed[: len(packed) * 2 // 3])
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    row = lake.file(f"a.log{suffix}")
    assert row["ingest_status"] == "damaged"
    assert "ends too early" in row["problem"]
    assert 0 < row["record_count"] < 20000
    assert {reason for _, reason, _ in lake.rejected()} <= {"damaged"}
    assert_counts_add_up(lake)
    assert [problem.log_file_path for problem in lake.report.problems] == [f"a.log{suffix}"]


def test_a_corrupt_archive_is_a_problem_and_the_run_goes_on(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log.gz", b"\x1f\x8b\x08\x00garbage garbage garbage")
    write(tmp_path / "logs/b.log", beat_log(3))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.file("a.log.gz")["ingest_status"] == "unreadable"
    assert lake.file("b.log")["ingest_status"] == "ok"


def test_a_file_that_cannot_be_read_is_a_problem_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "logs/a.log", beat_log(3))
    write(tmp_path / "logs/b.log", beat_log(4, first=10))
    opened = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).endswith("a.log"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"ok": 1, "unreadable": 1}
    assert "Permission denied" in lake.file("a.log")["problem"]
    monkeypatch.undo()
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.file_count_by_status == {"ok": 2}


def test_a_log_of_no_known_dialect_keeps_every_line_as_rejected(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", "one\n\ntwo\n")
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    row = lake.file("a.log")
    assert lake.rejected() == [(1, "unknown_dialect", "one"), (3, "unknown_dialect", "two")]
    assert (row["ingest_status"], row["blank_line_count"], row["dialect_name"]) == ("unrecognised", 1, None)


def test_the_same_logs_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(300) + "junk\n" + beat_log(10))
    write(tmp_path / "logs/b.log", beat_log(100, first=500))
    one = ingest(tmp_path / "logs", tmp_path / "one", IngestOptions(workers=1))
    two = ingest(tmp_path / "logs", tmp_path / "two", IngestOptions(workers=2))
    assert one.parquet_bytes() == two.parquet_bytes()


def test_many_blocks_and_one_block_give_the_same_records(tmp_path: Path) -> None:
    text = "".join(
        f"EventBus.ts:70 2026-03-01T10:00:00.{n:03d}Z ❌ Error: {n}\n    at f (a.ts:{n}:1)\n\nfn @ b.ts:{n}\n"
        for n in range(200)
    )
    write(tmp_path / "logs/a.log", text)

    def rows(lake: Lake) -> pl.DataFrame:
        return lake.table("log_records").sort("line_number")

    one = ingest(tmp_path / "logs", tmp_path / "one")
    many = ingest(tmp_path / "logs", tmp_path / "many", replace(SMALL_BLOCKS, workers=2))
    assert rows(one).equals(rows(many))
    assert rows(one)["line_count"].to_list() == [4] * 200
    assert rows(one)["detail"][7] == "    at f (a.ts:7:1)\n\nfn @ b.ts:7"
