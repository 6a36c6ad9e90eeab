"""Files made to fill the machine: little on the disk, without end when they are read. They are quarantined."""

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.corpus import REPOSITORY
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write

MEBIBYTE = 1 << 20
MOST_MORE_MEBIBYTES = 128


def run_length_blocks(count: int) -> bytes:
    """Return a zstd frame in which four bytes stand for 128 KiB, `count` times."""
    block = (1 << 1 | 128 * 1024 << 3).to_bytes(3, "little") + b"a"
    last = (1 | 1 << 1 | 1 << 3).to_bytes(3, "little") + b"\n"
    return b"\x28\xb5\x2f\xfd\x00\x88" + block * count + last


BOMBS: dict[str, Callable[[], bytes]] = {
    "4 kB of zstd": lambda: run_length_blocks(1000),
    "zstd with a window of 128 MiB": lambda: b"\x28\xb5\x2f\xfd\x00\x88" + run_length_blocks(2000)[6:],
    "gzip of one line": lambda: gzip.compress(b"a" * 32 * MEBIBYTE) * 12,
    "gzip of short lines": lambda: gzip.compress(b"a\n" * 8 * MEBIBYTE) * 6,
    "bzip2": lambda: bz2.compress(b"\0" * 40 * MEBIBYTE) * 3,
    "xz": lambda: lzma.compress(b"\n" * 40 * MEBIBYTE, preset=1) * 3,
    "zstd of records": lambda: zstandard.compress(beat_log(1).encode() * 200_000) * 5,
}
# Plain files pay with their size: they are read, and cost no more memory than others.
LONG: dict[str, Callable[[], bytes]] = {
    "line feeds": lambda: b"\n" * 9 * MEBIBYTE,
    "carriage returns": lambda: b"\r" * 9 * MEBIBYTE,
    "lines of one letter": lambda: b"x\n" * 2 * MEBIBYTE,
    "a record without an end": lambda: beat_log(300).encode() + b"  x\n" * MEBIBYTE,
}

# In a process of its own: what it takes at most never falls.
PROGRAM = """
import json, resource, sys
from pathlib import Path
from tests.unit.log_ingest.log_lake import assert_counts_add_up, ingest

folder = Path(sys.argv[1])
for number in range(2):
    ingest(folder / "usual", folder / f"lake-usual-{number}")
found = [{"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}]
lakes = []
for number in range(int(sys.argv[2])):
    lake = ingest(folder / str(number), folder / f"lake-{number}")
    lakes.append(lake)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found.append({"memory": memory, **{name: str(value) for name, value in lake.file("b.log").items()}})
for lake in lakes:
    assert_counts_add_up(lake)
print(json.dumps(found))
"""


def usual(path: Path) -> None:
    """Write a log as large as what is read at once."""
    lines = "".join(beat_log(1, first=number) for number in range(1, 3000))
    write(path, lines * 24)


def rows_of(tmp_path: Path, contents: list[bytes]) -> list[dict[str, Any]]:
    """Return what became of each content, read beside a usual log, and the most memory the process took until then."""
    usual(tmp_path / "usual/a.log")
    for number, content in enumerate(contents):
        usual(tmp_path / f"{number}/a.log")
        write(tmp_path / f"{number}/b.log", content)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(len(contents))],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    before, *rows = json.loads(ran.stdout)
    return [{**row, "more_mebibytes": (row["memory"] - before["memory"]) // MEBIBYTE} for row in rows]


# What one takes is not given back at once: those that take most get a process each.
TOGETHER = (
    ("4 kB of zstd", "zstd with a window of 128 MiB", "gzip of one line", "gzip of short lines"),
    ("bzip2", "xz"),
    ("zstd of records",),
)


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_a_bomb_takes_no_memory_to_speak_of(tmp_path: Path, names: tuple[str, ...]) -> None:
    rows = rows_of(tmp_path, [BOMBS[name]() for name in names])
    assert {row["ingest_status"] for row in rows} == {"quarantined"}
    assert [row["more_mebibytes"] for row in rows if row["more_mebibytes"] > MOST_MORE_MEBIBYTES] == []


@pytest.mark.parametrize("names", [("line feeds", "carriage returns"), tuple(LONG)[2:]], ids=" ".join)
def test_short_lines_take_no_more_memory_than_long_ones_and_all_are_accounted_for(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    contents = [LONG[name]() for name in names]
    rows = rows_of(tmp_path, contents)
    assert [int(row["line_count"]) for row in rows] == [text.count(b"\n") + text.count(b"\r") for text in contents]
    assert [row["more_mebibytes"] for row in rows if row["more_mebibytes"] > MOST_MORE_MEBIBYTES] == []


@pytest.mark.parametrize("bomb", ["4 kB of zstd", "gzip of short lines", "bzip2"])
def test_a_bomb_is_quarantined_and_the_others_are_read(tmp_path: Path, bomb: str) -> None:
    write(tmp_path / "logs/a.log", beat_log(7))
    write(tmp_path / "logs/b.log.gz", BOMBS[bomb]())
    begun = time.monotonic()
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert time.monotonic() - begun < 20
    assert lake.report.file_count_by_status == {"ok": 1, "quarantined": 1}
    assert (lake.report.record_count, lake.rejected()) == (7, [])
    assert "unpack it" in lake.file("b.log.gz")["problem"]
    assert_counts_add_up(lake)
    again = ingest(tmp_path / "logs", tmp_path / "lake")
    assert (again.report.read_file_count, again.report.file_count_by_status) == (0, lake.report.file_count_by_status)


def test_what_was_read_of_a_log_outlives_the_bomb_in_its_place(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log.gz", gzip.compress(beat_log(7).encode()))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "logs/a.log.gz", gzip.compress(beat_log(7).encode()) + gzip.compress(b"a\n" * 4 * MEBIBYTE) * 9)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"quarantined": 1}
    assert len(lake.records()) == 7


def test_a_log_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    lines = "".join(beat_log(1, first=number) for number in range(1, 1001))
    write(tmp_path / "logs/a.log.xz", lzma.compress(lines.encode() * 60, preset=1))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"ok": 1}
    assert lake.report.record_count == 60_000
