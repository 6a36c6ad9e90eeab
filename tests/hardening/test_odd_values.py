"""Values that one library takes and the next refuses, and texts in odd encodings: each costs itself only."""

import codecs
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.analysis.baselines.baseline_model import read_baseline
from orchestration.code_scan.json_files import parse_json
from orchestration.code_scan.scan import scan_code
from orchestration.domain.errors import SightlineError
from orchestration.exports.replay_bundle import read_bundle
from orchestration.exports.replay_command import read_answer
from orchestration.log_ingest.columns import MOST_NUMBER
from tests.unit.code_scan.sources import OPTIONS, rows, sequence, write_tree
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write

BEAT = "EventBus.ts:70 {} ⏱️ PerformanceTracker: Started timing beat {} for Sequence 1\n"
USUAL = "2026-03-01T10:00:00.000Z"
ODD_STAMPS = (
    "0000-01-01T00:00:00.000Z",
    "0001-01-01T23:59:59.999Z",
    "1677-09-21T00:12:43.000Z",
    "1969-12-31T23:59:59.999Z",
    "2101-01-01T00:00:00.000Z",
    "2262-04-12T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "2026-13-45T25:61:61.000Z",
)


@pytest.mark.parametrize("stamp", ODD_STAMPS)
def test_a_stamp_outside_the_years_people_log_in_is_none_and_counted(tmp_path: Path, stamp: str) -> None:
    text = BEAT.format(USUAL, 1) + BEAT.format(stamp, 2) + BEAT.format(USUAL, 3)
    write(tmp_path / "logs/a.log", text)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    row = lake.file("a.log")
    usual = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert [record["emitted_at"] for record in lake.records()] == [usual, None, usual]
    assert [record["beat_number"] for record in lake.records()] == [1, 2, 3]
    assert (row["refused_stamp_count"], row["first_emitted_at"], row["last_emitted_at"]) == (1, usual, usual)


@pytest.mark.parametrize("stamp", ["1970-01-01T00:00:00.000Z", "2100-12-31T23:59:59.999Z"])
def test_the_first_and_the_last_stamp_of_those_years_are_taken(tmp_path: Path, stamp: str) -> None:
    write(tmp_path / "logs/a.log", BEAT.format(stamp, 1))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.records()[0]["emitted_at"] == datetime.fromisoformat(stamp)
    assert lake.file("a.log")["refused_stamp_count"] == 0


@pytest.mark.parametrize("digits", [18, 19, 20, 400, 5000])
def test_a_number_of_a_log_that_nothing_can_hold_is_none(tmp_path: Path, digits: int) -> None:
    write(tmp_path / "logs/a.log", BEAT.format(USUAL, 1) + BEAT.format(USUAL, "9" * digits))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert [record["beat_number"] for record in lake.records()] == [1, None]
    assert 10**digits > MOST_NUMBER


@pytest.mark.parametrize("modified", [-1e9, 0, 1e11, 1e15])
def test_a_file_modified_in_no_year_of_any_calendar_is_read(tmp_path: Path, modified: float) -> None:
    path = write(tmp_path / "logs/a.log", beat_log(3))
    os.utime(path, (modified, modified)) if modified < 1e12 else os.utime(path, ns=(2**62, 2**62))
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.record_count >= 2


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_json_with_numbers_the_standard_has_not_is_refused(word: str) -> None:
    value, problem = parse_json(f'{{"a": {word}}}'.encode())
    assert value is None
    assert problem == f"not valid JSON: {word} is no number"


@pytest.mark.parametrize("number", ["1e400", "-1e999", "9" * 400, "-" + "9" * 5000, "9" * 19])
def test_a_number_of_json_that_nothing_can_hold_costs_itself(number: str) -> None:
    value, problem = parse_json(f'{{"a": {number}, "b": 12, "c": 1.5}}'.encode())
    assert (value, problem) == ({"a": None, "b": 12, "c": 1.5}, None)


def deep_answer() -> object:
    """Read an answer of a replay command."""
    return read_answer(DEEP)


def deep_bundle() -> object:
    """Read a replay bundle."""
    return read_bundle(DEEP, "a.json")


def deep_baseline() -> object:
    """Read a saved baseline."""
    return read_baseline(DEEP, "a.json")


DEEP = b'{"sightline_replay":' * 5000


@pytest.mark.parametrize("read", [deep_answer, deep_bundle, deep_baseline])
def test_json_of_other_tools_nested_beyond_reason_is_told_in_one_line(read: Callable[[], object]) -> None:
    with pytest.raises(SightlineError) as told:
        read()
    assert "\n" not in str(told.value)


ODD_TEXTS = ("\ud800 alone", "nul \0 here", "\udfff\0", "\U0010ffff")


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_and_numbers_of_declarations_reach_the_lake(tmp_path: Path, text: str) -> None:
    odd = json.loads(sequence("play", "go")) | {"name": text, "description": text, "category": text}
    odd["movements"][0] |= {"name": text}
    odd["movements"][0]["beats"][0] |= {"title": text, "beat": 10**30, "kind": text, "event": text}
    files = {
        "a.ts": "export function go() {}\n",
        "play.json": json.dumps(odd),
        "limits.json": json.dumps({"handlers": {"go": {"maxMs": 10**400}, text: {"maxMs": 5}}}),
        "other.json": sequence("other", "go"),
    }
    report = scan_code([write_tree(tmp_path / "code", files)], [], [], tmp_path / "lake", OPTIONS)
    assert report.sequence_count == 2
    written = [value for row in rows(tmp_path, "sequences") for value in row.values() if isinstance(value, str)]
    assert not any("\0" in value for value in written)


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32", "utf-8-sig"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_log_in_any_unicode_encoding_is_the_same_log(tmp_path: Path, encoding: str, end: str) -> None:
    text = beat_log(300).replace("\n", end)
    write(tmp_path / "logs/a.log", text.encode(encoding))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert [record["beat_number"] for record in lake.records()] == list(range(1, 301))
    assert lake.rejected() == []
    assert_counts_add_up(lake)


def test_bytes_that_are_half_a_character_cost_a_line(tmp_path: Path) -> None:
    wide = beat_log(50).encode("utf-16-le")
    write(tmp_path / "logs/a.log", wide[:-1])
    write(tmp_path / "logs/b.log", codecs.BOM_UTF16_LE + wide[:1000] + b"\0\xd8\0\xd8" + wide[1000:])
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.record_count >= 98
    assert_counts_add_up(lake)


@pytest.mark.parametrize(
    "odd", [b"\xe9t\xe9 \xfc\n", b"\0\0\0\n", "é\n".encode("utf-16-le"), b"\xed\xa0\x80\n", b"\xff\n"]
)
def test_a_line_in_another_encoding_costs_itself(tmp_path: Path, odd: bytes) -> None:
    text = beat_log(40).encode()
    write(tmp_path / "logs/a.log", text + odd + beat_log(40, first=41).encode())
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert [record["beat_number"] for record in lake.records(message_type=lake.records()[0]["message_type"])][
        :40
    ] == list(range(1, 41))
    # A line feed of two bytes leaves one of them to the next line.
    assert lake.report.record_count >= 79
    assert_counts_add_up(lake)


@pytest.mark.parametrize("before", ["\x1b[32m", "\x1b[0;1;31m\x1b[K", "\x1b]0;title\x07"])
@pytest.mark.parametrize("within", ["", "\x1b[0m"])
def test_colours_around_a_stamp_change_nothing(tmp_path: Path, before: str, within: str) -> None:
    plain = beat_log(60)
    coloured = "".join(
        f"{before}{line[:15]}{within}{line[15:30]}{before}{line[30:]}\x1b[0m\n" for line in plain.splitlines()
    )
    write(tmp_path / "plain/a.log", plain)
    write(tmp_path / "coloured/a.log", coloured)
    one = ingest(tmp_path / "plain", tmp_path / "lake-plain")
    two = ingest(tmp_path / "coloured", tmp_path / "lake-coloured")
    columns = ["line_number", "emitted_at", "severity", "message_type", "message", "beat_number"]
    assert two.table("log_records").select(columns).rows() == one.table("log_records").select(columns).rows()
    assert two.file("a.log")["dialect_name"] == one.file("a.log")["dialect_name"]
