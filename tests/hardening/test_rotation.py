"""Logs that are rotated, cut, packed, renamed and copied: nothing that was read is lost, nothing is doubled."""

import gzip
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hardening.rotation_machine import Machine
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, Lake, assert_counts_add_up, beat_log, ingest, write

# SIGHTLINE_TEST_ROTATIONS=1000x50 is the nightly size: runs x steps.
RUNS, STEPS = (int(number) for number in os.environ.get("SIGHTLINE_TEST_ROTATIONS", "10x30").split("x"))


@pytest.mark.parametrize("seed", range(RUNS))
def test_random_steps_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    machine = Machine(tmp_path, random.Random(seed), resume_byte_count=seed % 2 * 1000)
    for _ in range(STEPS):
        machine.step()
    machine.run()
    assert machine.number, machine.trace


def names(lake: Lake) -> dict[str, str]:
    """Return the name of each log with rows, by its first beat."""
    return {
        str(record["beat_number"]): record["log_file_path"] for record in lake.records() if record["line_number"] == 1
    }


def beats(lake: Lake) -> list[int]:
    return sorted(record["beat_number"] for record in lake.records())


def test_a_log_keeps_its_id_through_renames_and_packing(tmp_path: Path) -> None:
    path, moved = write(tmp_path / "logs/app.log", beat_log(40)), tmp_path / "logs/app.log.1"
    first = ingest(tmp_path / "logs", tmp_path / "lake").file("app.log")
    with path.open("a", encoding="utf-8") as file:
        file.write(beat_log(10, first=41))
    path.rename(moved)
    write(path, beat_log(5, first=100), age=10)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert beats(lake) == [*range(1, 51), *range(100, 105)]
    assert lake.file("app.log.1")["log_file_id"] == first["log_file_id"] != lake.file("app.log")["log_file_id"]
    write(tmp_path / "logs/app.log.2.gz", gzip.compress(moved.read_bytes()), age=5)
    moved.unlink()
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.file("app.log.2.gz")["log_file_id"] == first["log_file_id"]
    assert names(lake) == {"1": "app.log.2.gz", "100": "app.log"}
    assert lake.report.read_file_count == 0
    assert_counts_add_up(lake)


def test_a_copy_that_goes_on_alone_is_the_log_and_two_that_go_on_are_two(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(10))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "logs/b.log", beat_log(15), age=20)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert beats(lake) == list(range(1, 16))
    assert lake.file("a.log")["duplicate_of_path"] == "b.log"
    write(tmp_path / "logs/a.log", beat_log(10) + beat_log(2, first=200), age=10)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert beats(lake) == sorted([*range(1, 16), *range(1, 11), 200, 201])
    assert lake.report.file_count_by_status == {"ok": 2}


def test_a_copy_of_a_beginning_that_outlives_its_log_adds_nothing(tmp_path: Path) -> None:
    whole, part = write(tmp_path / "logs/a.log", beat_log(20)), write(tmp_path / "logs/b.log", beat_log(8))
    ingest(tmp_path / "logs", tmp_path / "lake")
    whole.unlink()
    part.rename(tmp_path / "logs/c.log")
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert beats(lake) == list(range(1, 21))
    assert lake.file("a.log")["is_gone"]
    assert lake.file("c.log")["ingest_status"] == "duplicate"


def test_copies_made_on_purpose_are_logs_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(20))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "copies/cut.log", beat_log(8))
    write(tmp_path / "copies/more.log", beat_log(25))
    lake = ingest(tmp_path / "copies", tmp_path / "lake", replace(SETTLED_OPTIONS, are_all_new=True))
    assert lake.report.file_count_by_status == {"ok": 2}
    assert lake.file("a.log")["record_count"] == 20
    assert len(beats(lake)) == 53
