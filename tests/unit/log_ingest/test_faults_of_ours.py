"""A fault of ours in one log costs that log only."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from orchestration.log_ingest import workshop
from orchestration.log_ingest.segment import Segment
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write


def failing_on(text: bytes, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that fails when a segment it gets holds a text."""

    def failing(segments: Sequence[Segment], *arguments: Any) -> Any:
        if any(text in segment.data for segment in segments):
            raise ZeroDivisionError("a fault of ours")
        return function(segments, *arguments)

    return failing


@pytest.mark.parametrize("name", ["recognise", "make_rows"])
def test_a_fault_in_one_log_costs_that_log_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write(tmp_path / "logs/a.log", beat_log(3))
    write(tmp_path / "logs/b.log", beat_log(3, first=7) + "EventBus.ts:70 2026-03-01T10:00:00.000Z poison\n")
    write(tmp_path / "logs/c.log", "no dialect\n")
    write(tmp_path / "logs/d.log", beat_log(3, first=4))
    monkeypatch.setattr(workshop, name, failing_on(b"poison", getattr(workshop, name)))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"ok": 2, "unreadable": 1, "unrecognised": 1}
    assert lake.file("b.log")["problem"] == "The log could not be ingested: ZeroDivisionError: a fault of ours"
    assert_counts_add_up(lake)
    monkeypatch.undo()
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.file_count_by_status == {"ok": 3, "unrecognised": 1}


def test_small_logs_of_several_dialects_are_each_made_by_their_own(tmp_path: Path) -> None:
    stamp = "2026-03-01T10:00:00.000Z"
    for number in range(4):
        write(tmp_path / f"logs/{number}a.log", beat_log(3, first=1 + 3 * number))
        write(tmp_path / f"logs/{number}b.log", f"{stamp}  INFO [core] session.start number={number}\n")
        write(tmp_path / f"logs/{number}c.log", f"of no dialect {number}\n")
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    types = {row["log_file_path"]: row["message_type"] for row in lake.records()}
    expected = {f"{n}a.log": "beat_timing_start" for n in range(4)} | {f"{n}b.log": "session_start" for n in range(4)}
    assert types == expected
    assert [text for _, _, text in lake.rejected()] == [f"of no dialect {number}" for number in range(4)]
