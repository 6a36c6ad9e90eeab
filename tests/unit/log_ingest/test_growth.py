"""Logs that grow, rotate, repeat or were half ingested: every line is in the lake exactly once."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.domain.errors import UsageError
from orchestration.log_ingest import ledger as ledger_module
from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, Lake, assert_counts_add_up, beat_log, ingest, write


def beats(lake: Lake) -> list[int]:
    return [record["beat_number"] for record in lake.records() if record["beat_number"] is not None]


def grown_and_fresh(tmp_path: Path, before: str, after: str, **changes: object) -> tuple[Lake, Lake]:
    """Return the lake of a log ingested before and after it grew, and one of the whole log."""
    options = replace(SETTLED_OPTIONS, **changes)  # type: ignore[arg-type]
    path = write(tmp_path / "logs/a.log", before)
    ingest(path, tmp_path / "lake", options)
    write(path, before + after, age=1800)
    return ingest(path, tmp_path / "lake", options), ingest(path, tmp_path / "fresh", options)


def assert_same_content(one: Lake, other: Lake) -> None:
    assert one.records() == other.records()
    assert one.rejected() == other.rejected()
    assert one.table("redactions").equals(other.table("redactions"))
    # How sure the dialect is was judged when the log was shorter.
    judged = {"dialect_match_pct": None}
    assert one.file("a.log") | judged == other.file("a.log") | judged
    assert_counts_add_up(one)


def test_an_unchanged_log_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(10))
    ingest(path, tmp_path / "lake")
    opened: list[str] = []
    original = os.open
    monkeypatch.setattr(os, "open", lambda path, *a, **k: opened.append(Path(path).name) or original(path, *a, **k))
    lake = ingest(path, tmp_path / "lake")
    assert "a.log" not in opened
    assert (lake.report.unchanged_file_count, lake.report.read_file_count, lake.report.record_count) == (1, 0, 10)


def test_a_grown_log_is_read_on_from_its_last_record(tmp_path: Path) -> None:
    lake, fresh = grown_and_fresh(tmp_path, beat_log(50), beat_log(50, first=51))
    assert beats(lake) == list(range(1, 101))
    assert_same_content(lake, fresh)
    assert lake.report.read_byte_count < len(beat_log(100)) * 0.6
    assert (lake.report.changed_file_count, lake.report.new_file_count) == (1, 0)


def test_continuation_lines_that_come_later_join_the_last_record(tmp_path: Path) -> None:
    lake, fresh = grown_and_fresh(tmp_path, beat_log(5), "    at late (a.ts:1:2)\n" + beat_log(1, first=6))
    assert lake.records()[4]["detail"] == "    at late (a.ts:1:2)"
    assert_same_content(lake, fresh)


def test_rejected_lines_secrets_and_blank_lines_of_a_grown_log_are_counted_once(tmp_path: Path) -> None:
    before = beat_log(3) + "mail me: a@example.org\n\n" + beat_log(2, first=4) + "bin\0ary b@example.org\n\n \n"
    lake, fresh = grown_and_fresh(tmp_path, before, "\n" + beat_log(2, first=6) + "c\0d e@example.org\n")
    assert lake.file("a.log")["redaction_count"] == 3
    assert len(lake.rejected()) == 2
    assert_same_content(lake, fresh)


def test_a_log_can_grow_many_times(tmp_path: Path) -> None:
    path, text = tmp_path / "logs/a.log", ""
    for step in range(6):
        text += beat_log(7, first=1 + 7 * step) + ("junk \xe9\n" if step % 2 else "")
        write(path, text, age=3600 - step)
        lake = ingest(path, tmp_path / "lake")
        assert beats(lake) == list(range(1, 8 + 7 * step))
    assert_same_content(lake, ingest(path, tmp_path / "fresh"))
    assert len(list((tmp_path / "lake/raw/log_records").rglob("*-*.parquet"))) == 1


def test_a_log_of_many_pieces_grows(tmp_path: Path) -> None:
    lake, fresh = grown_and_fresh(
        tmp_path, beat_log(2000), beat_log(2000, first=2001), block_byte_count=20_000, max_line_byte_count=1000
    )
    assert beats(lake) == list(range(1, 4001))
    assert_same_content(lake, fresh)


def test_a_half_written_last_line_is_held_back_until_it_is_whole(tmp_path: Path) -> None:
    text = beat_log(4)
    options = replace(SETTLED_OPTIONS, settle_seconds=600)
    path = write(tmp_path / "logs/a.log", text[:-10], age=5)
    held = ingest(path, tmp_path / "lake", options)
    assert beats(held) == [1, 2, 3]
    assert held.file("a.log")["held_back_byte_count"] == len(beat_log(1, first=4).encode()) - 10
    write(path, text, age=4)
    lake = ingest(path, tmp_path / "lake", options)
    assert beats(lake) == [1, 2, 3, 4]
    assert lake.file("a.log")["held_back_byte_count"] == 0


def test_a_last_line_nobody_finished_is_taken_once_the_log_is_settled(tmp_path: Path) -> None:
    options = replace(SETTLED_OPTIONS, settle_seconds=600)
    path = write(tmp_path / "logs/a.log", beat_log(4)[:-1], age=5)
    assert beats(ingest(path, tmp_path / "lake", options)) == [1, 2, 3]
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    assert beats(ingest(path, tmp_path / "lake", options)) == [1, 2, 3, 4]
    untouched = ingest(path, tmp_path / "lake", options)
    assert (beats(untouched), untouched.report.read_file_count) == ([1, 2, 3, 4], 0)


def test_time_alone_settles_a_held_back_line(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(4)[:-1], age=100)
    ingest(path, tmp_path / "lake", replace(SETTLED_OPTIONS, settle_seconds=600))
    assert beats(ingest(path, tmp_path / "lake", replace(SETTLED_OPTIONS, settle_seconds=60))) == [1, 2, 3, 4]


def test_a_line_that_was_taken_unfinished_and_then_finished_is_one_line(tmp_path: Path) -> None:
    lake, fresh = grown_and_fresh(tmp_path, beat_log(4)[:-5], beat_log(4)[-5:] + beat_log(1, first=5))
    assert beats(lake) == [1, 2, 3, 4, 5]
    assert_same_content(lake, fresh)


def test_a_log_with_another_beginning_is_another_log_and_what_was_there_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(50))
    ingest(path, tmp_path / "lake")
    write(path, beat_log(60, first=100), age=100)
    lake = ingest(path, tmp_path / "lake")
    assert sorted(beats(lake)) == [*range(1, 51), *range(100, 160)]
    kept = "a (until 2026-03-01 10.00.00).log"
    assert [(row["log_file_path"], row["is_gone"]) for row in lake.table("log_files").to_dicts() if row["is_gone"]] == [
        (kept, True)
    ]
    assert {record["log_file_path"] for record in lake.records()} == {"a.log", kept}
    assert_counts_add_up(lake)
    write(path, beat_log(3, first=500), age=50)
    lake = ingest(path, tmp_path / "lake")
    assert sorted(beats(lake)) == [*range(1, 51), *range(100, 160), 500, 501, 502]
    assert lake.table("log_files")["log_file_path"].n_unique() == 3


def test_a_touched_log_keeps_its_content_version(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(50))
    before = ingest(path, tmp_path / "lake")
    write(path, beat_log(50), age=100)
    after = ingest(path, tmp_path / "lake")
    assert after.file("a.log")["content_version"] == before.file("a.log")["content_version"]
    assert after.report.unchanged_file_count == 1


def test_the_same_bytes_under_another_name_or_compressed_add_nothing(tmp_path: Path) -> None:
    text = beat_log(50)
    write(tmp_path / "logs/b.log", text)
    write(tmp_path / "logs/c.log.gz", gzip.compress(text.encode()))
    write(tmp_path / "logs/a.log", text)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"duplicate": 2, "ok": 1}
    assert [lake.file(name)["duplicate_of_path"] for name in ("b.log", "c.log.gz")] == ["a.log", "a.log"]
    assert {record["log_file_path"] for record in lake.records()} == {"a.log"}
    assert beats(lake) == list(range(1, 51))


def test_the_first_ingested_name_stays_primary_in_later_runs(tmp_path: Path) -> None:
    write(tmp_path / "logs/b.log", beat_log(5))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "logs/a.log", beat_log(5))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.file("a.log")["duplicate_of_path"] == "b.log"
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.read_file_count == 0


def test_a_rotated_log_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    old, new = beat_log(20), beat_log(20, first=100)
    path = write(tmp_path / "logs/app.log", old)
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "logs/app.log.1", old, age=3000)
    write(path, new, age=10)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert sorted(beats(lake)) == list(range(1, 21)) + list(range(100, 120))
    assert lake.report.file_count_by_status == {"ok": 2}


def test_a_copy_of_a_log_that_has_grown_since_stays_a_duplicate(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/app.log", beat_log(20))
    write(tmp_path / "logs/copy.log", beat_log(20))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(path, beat_log(25), age=10)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert beats(lake) == list(range(1, 26))
    assert lake.file("copy.log")["ingest_status"] == "duplicate"


def test_a_copy_of_a_log_that_was_replaced_is_ingested_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/app.log", beat_log(20))
    write(tmp_path / "logs/copy.log", beat_log(20))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(path, beat_log(5, first=100), age=10)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert sorted(beats(lake)) == list(range(1, 21)) + list(range(100, 105))


def test_a_log_that_vanished_stays_in_the_lake(tmp_path: Path) -> None:
    write(tmp_path / "logs/a.log", beat_log(5))
    write(tmp_path / "logs/b.log", beat_log(5, first=10))
    ingest(tmp_path / "logs", tmp_path / "lake")
    (tmp_path / "logs/a.log").unlink()
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert len(beats(lake)) == 10
    assert lake.report.file_count == 1


def test_another_redaction_key_ingests_again(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(2) + "to a@example.org\n")
    one = ingest(path, tmp_path / "lake").records()[-1]["detail"]
    two = ingest(path, tmp_path / "lake", replace(SETTLED_OPTIONS, redaction_key=b"other")).records()[-1]["detail"]
    assert one != two
    assert "a@example.org" not in one + two


class Killed(BaseException):
    """Stands for a process that is gone."""


@pytest.mark.parametrize("step", range(1, 9))
def test_a_run_killed_at_any_write_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    for name, first in (("a.log", 1), ("b.log", 100), ("c.log", 200)):
        write(tmp_path / f"logs/{name}", beat_log(20, first) + "bin\0ary a@example.org\n")
    ingest(tmp_path / "logs" / "a.log", tmp_path / "lake")
    more = beat_log(20) + "bin\0ary a@example.org\n" + beat_log(10, 21) + "more\n"
    write(tmp_path / "logs/a.log", more, age=10)
    done = 0
    replace_file, write_file = os.replace, ledger_module.write_parquet

    def counted(*arguments: object) -> None:
        nonlocal done
        done += 1
        if done == step:
            raise Killed

    def replacing(*arguments: object) -> None:
        counted()
        replace_file(*arguments)  # type: ignore[arg-type]

    def writing(*arguments: object) -> int:
        counted()
        return write_file(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger_module, "write_parquet", writing)
    monkeypatch.setattr(ledger_module.os, "replace", replacing)
    with pytest.raises(Killed):
        ingest(tmp_path / "logs", tmp_path / "lake")
    monkeypatch.undo()
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    fresh = ingest(tmp_path / "logs", tmp_path / "fresh")
    assert lake.records() == fresh.records()
    assert lake.rejected() == fresh.rejected()
    assert lake.table("redactions").sort("log_file_path").equals(fresh.table("redactions").sort("log_file_path"))
    assert_counts_add_up(lake)
    leftovers = [path for path in (tmp_path / "lake/raw").rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert leftovers == []


def test_two_runs_do_not_write_to_one_lake_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(5))

    def nested(_: object) -> None:
        with pytest.raises(UsageError, match="Another ingest"):
            ingest(path, tmp_path / "lake")

    ingest_logs([path], tmp_path / "lake", IngestOptions(workers=1), progress=nested)
