"""What wraps a message changes nothing of what is read: a log gives the same in each form a program may write it."""

import gzip
import itertools
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from orchestration.domain.tables import RECORD_FIELDS
from orchestration.log_ingest.discovery import discover_logs
from orchestration.log_ingest.looking import look_at_logs
from orchestration.log_ingest.options import IngestOptions
from tests.corpus import REPOSITORY
from tests.made.wrapped_logs import FORMS, wrapped
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, Lake, assert_counts_add_up, ingest, write

SMALL_LOGS = sorted((REPOSITORY / "tests/corpora/logs").glob("0[1-5]-*.log"))
BISTRO_LOG = REPOSITORY / "examples/bistro/logs/bistro-20261111T0833.log.gz"
CORPUS_FOLDERS = ("clean", "faulty", "older_dialect")
# A stack is where the console's class and text of an error go on: without its rows they end with the first line.
_MEANT = ["signal", *(field.name for field in RECORD_FIELDS if field.name not in ("error_class", "error_message"))]


def meant(lake: Lake, path: str) -> list[tuple[object, ...]]:
    """Return what the records of a log mean, in order."""
    records = lake.table("log_records").filter((pl.col("log_file_path") == path) & pl.col("signal").is_not_null())
    return records.sort("line_number").select(_MEANT).rows()


def forms_of(log: Path) -> dict[str, str]:
    """Return the log in every form; no text twice."""
    text = log.read_text("utf-8", "replace")
    texts = {wrapped(text, form): name for name, form in FORMS.items()}
    return {"original": text} | {name: wrapped_text for wrapped_text, name in texts.items()}


def assert_forms_agree(logs: list[Path], folder: Path) -> None:
    """Check that each log means the same in every form, and that no line of any is rejected."""
    forms = {log: forms_of(log) for log in logs}
    for log, texts in forms.items():
        for form, text in texts.items():
            write(folder / "logs" / form / log.name, text)
    lake = ingest(folder / "logs", folder / "lake", IngestOptions(settle_seconds=0))
    assert lake.rejected() == []
    assert lake.report.file_count_by_status == {"ok": sum(len(texts) for texts in forms.values())}
    assert_counts_add_up(lake)
    others = lake.table("log_files").select("log_file_path", "other_record_count")
    for log, texts in forms.items():
        assert others.filter(pl.col("log_file_path").str.ends_with(log.name))["other_record_count"].n_unique() == 1
        original = meant(lake, f"original/{log.name}")
        assert original, "a log without meaning proves nothing"
        differing = [form for form in texts if meant(lake, f"{form}/{log.name}") != original]
        assert differing == [], log.name


def test_small_logs_of_every_dialect_mean_the_same_in_every_form(tmp_path: Path) -> None:
    assert_forms_agree(SMALL_LOGS, tmp_path)


@pytest.mark.corpus
def test_logs_of_the_corpus_mean_the_same_in_every_form(corpus: Path, tmp_path: Path) -> None:
    assert_forms_agree([sorted((corpus / "logs" / name).glob("*.log"))[2] for name in CORPUS_FOLDERS], tmp_path)


BISTRO_HEADS = {
    "bracket": "[{0}] ",
    "level": "[{0}] LOG ",
    "serilog": "[{1} +00:00] [{2}] Shop.Host: ",
    "blank": " ",
}
BISTRO_LEVELS = {"DEBUG": "DBG", "INFO": "INF", "WARN": "WRN", "ERROR": "ERR"}


def wrapped_bistro(text: str, form: str, *, every_line: bool, keeps_head: bool) -> str:
    """Return a log of the example with a head before each record, or before every line; perhaps instead of its own."""
    lines, head = [], ""
    for line in text.splitlines():
        own = re.match(r"(\S+Z) +([A-Z]+) \[[a-z]+\] ", line)
        if own:
            head = BISTRO_HEADS[form].format(own[1], own[1][:-1].replace("T", " "), BISTRO_LEVELS[own[2]])
        lines.append(head + (line if keeps_head or not own else line[own.end() :]) if own or every_line else line)
    return "\n".join(lines) + "\n"


def test_the_example_gives_the_same_rows_in_every_form(tmp_path: Path) -> None:
    text = gzip.decompress(BISTRO_LOG.read_bytes()).decode()
    write(tmp_path / "logs/original.log", text)
    cases = list(itertools.product(BISTRO_HEADS, (True, False), (True, False)))
    for form, every_line, keeps_head in cases:
        wrapped_text = wrapped_bistro(text, form, every_line=every_line, keeps_head=keeps_head)
        write(tmp_path / f"logs/{form}-{every_line}-{keeps_head}.log", wrapped_text)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.rejected() == []
    assert set(lake.table("log_files")["dialect_name"]) == {"bistro"}
    records = {str(path): rows for (path,), rows in lake.table("log_records").group_by("log_file_path")}
    original = records["original.log"].sort("line_number")
    assert original["detail"].null_count() < len(original), "there is a stack"
    for form, every_line, keeps_head in cases:
        # What a form does not say is unknown; who spoke is what Serilog adds.
        unsaid = {"log_file_id", "log_file_path", "source_file_name"} | (set() if keeps_head else {"severity"})
        unsaid |= {"emitted_at"} if form == "blank" and not keeps_head else set()
        unsaid |= {"detail"} if form == "blank" and every_line else set()
        names = [name for name in original.columns if name not in unsaid]
        rows = records[f"{form}-{every_line}-{keeps_head}.log"].sort("line_number")
        assert rows.select(names).equals(original.select(names)), (form, every_line, keeps_head)


STARTED = '🎼 ExecutionQueue: Now executing "Library Load"'
MIXED = f"""[2026-11-22 15:00:00.000 +00:00] [INF] Shell.ScriptHost: {STARTED}
[2026-11-22 15:00:00.500 +00:00] [INF] Shell.Program: Now listening on: http://localhost:5000
[2026-11-22 15:00:01.000 +02:00] [ERR] Shell.Host: The service gave up
System.InvalidOperationException: no port is free
   at Shell.Host.Start() in /src/Host.cs:line 12
[2026-11-22 15:00:02.000 +00:00] [INF] Shell.ScriptHost: 2026-11-22T15:00:01.990Z {STARTED}
[2026-11-22 15:00:03.000 +00:00] [WRN] : {STARTED}
[2026-11-22 15:00:04.000 +00:00] [DBG] Shell.ScriptHost: preview {{
  "a": [1,
    2]
}}
EventBus.ts:70 2026-11-22T15:00:05.000Z {STARTED}
[2026-11-22T15:00:06.000Z] ERROR {STARTED}
[2026-11-22T15:00:07.000Z]
 {STARTED}
{STARTED}
2026-11-22T15:00:08Z another program begins
[resize] initial width: 4
"""


def mixed(tmp_path: Path, options: IngestOptions = SETTLED_OPTIONS) -> Lake:
    return ingest(write(tmp_path / "logs/shell.log", MIXED).parent, tmp_path / "lake", options)


def test_a_mixed_log_is_read_line_by_line(tmp_path: Path) -> None:
    lake = mixed(tmp_path)
    assert_counts_add_up(lake)
    assert lake.rejected() == []
    rows = [
        (
            row["line_number"],
            row["line_count"],
            row["emitted_at"] and row["emitted_at"].strftime("%H:%M:%S.%f")[:-3],
            row["severity"],
            row["source_file_name"],
            row["signal"],
        )
        for row in lake.records()
    ]
    assert rows == [
        (1, 1, "15:00:00.000", "info", "Shell.ScriptHost", "flow_started"),
        (2, 1, "15:00:00.500", "info", "Shell.Program", None),
        (3, 3, "13:00:01.000", "error", "Shell.Host", None),
        (6, 1, "15:00:01.990", "info", "Shell.ScriptHost", "flow_started"),
        (7, 1, "15:00:03.000", "warning", None, "flow_started"),
        (8, 4, "15:00:04.000", "debug", "Shell.ScriptHost", None),
        (12, 1, "15:00:05.000", "info", "EventBus.ts", "flow_started"),
        (13, 1, "15:00:06.000", "error", None, "flow_started"),
        (14, 1, "15:00:07.000", "debug", None, None),
        (15, 1, None, "info", None, "flow_started"),
        (16, 1, None, "info", None, "flow_started"),
        (17, 2, "15:00:08.000", "info", None, None),
    ]
    assert lake.records(line_number=3)[0]["message"] == "The service gave up"
    assert lake.records(line_number=8)[0]["detail"] == '  "a": [1,\n    2]\n}'


def test_a_wrapped_log_cut_into_pieces_gives_the_same_rows(tmp_path: Path) -> None:
    whole = mixed(tmp_path).table("log_records")
    options = replace(SETTLED_OPTIONS, block_byte_count=256)
    pieces = ingest(tmp_path / "logs", tmp_path / "pieces", options)
    assert pieces.table("log_records").sort("line_number").equals(whole.sort("line_number"))


def test_a_wrapped_log_that_grows_goes_on_as_it_began(tmp_path: Path) -> None:
    lines = MIXED.splitlines(keepends=True)
    write(tmp_path / "logs/shell.log", "".join(lines[:9]))
    ingest(tmp_path / "logs", tmp_path / "lake")
    grown = mixed(tmp_path).table("log_records").sort("line_number")
    assert grown.equals(ingest(tmp_path / "logs", tmp_path / "anew").table("log_records").sort("line_number"))


def test_a_rule_outweighs_the_level_of_the_envelope(tmp_path: Path) -> None:
    line = f"[2026-11-22T15:00:00.000Z] DEBUG {STARTED}\n[2026-11-22T15:00:00.000Z] INFO ❌ it broke\n"
    lake = ingest(write(tmp_path / "logs/a.log", line).parent, tmp_path / "lake")
    assert [row["severity"] for row in lake.records()] == ["debug", "error"]


def test_a_stamp_nobody_can_read_is_null_and_the_line_is_kept(tmp_path: Path) -> None:
    line = f"[2026-13-45T15:00:00.000Z] LOG {STARTED}\n"
    lake = ingest(write(tmp_path / "logs/a.log", line).parent, tmp_path / "lake")
    assert [(row["emitted_at"], row["signal"]) for row in lake.records()] == [(None, "flow_started")]


def test_times_around_messages_no_dialect_knows_are_read(tmp_path: Path) -> None:
    text = """[2026-11-22 15:00:00.000 +00:00] [INF] Shell.Program: Now listening
[2026-11-22 15:00:01.000 +00:00] [ERR] Shell.Host: The service gave up
   at Shell.Host.Start() in /src/Host.cs:line 12
[2026-11-22 15:00:02.000 +00:00] [FTL] Shell.Host: Bye
"""
    log = write(tmp_path / "logs/shell.log", text)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    rows = [(row["emitted_at"].second, row["severity"], row["message"], row["detail"]) for row in lake.records()]
    assert rows == [
        (0, "info", "Now listening", None),
        (1, "error", "The service gave up", "   at Shell.Host.Start() in /src/Host.cs:line 12"),
        (2, "error", "Bye", None),
    ]
    assert {row["message_type"] for row in lake.records()} == {"other"}
    file = lake.file("shell.log")
    assert (file["dialect_name"], file["ingest_status"], file["dialect_match_pct"]) == ("wrapped", "ok", 75.0)
    assert "No dialect knows the messages" in file["problem"]
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.read_file_count == 0
    assert [look.words for look in look_at_logs(discover_logs([log]), SETTLED_OPTIONS)] == [
        "wrapped (times and levels only: no dialect knows the messages)"
    ]


def test_signs_and_words_many_programs_write_tell_no_dialect(tmp_path: Path) -> None:
    text = "✅ built in 3 s\n🚀 ready\nGET /index.html 200\nTime: 3 s\nFetched 3 files\n⚠️ slow\n" * 20
    lake = ingest(write(tmp_path / "logs/server.log", text).parent, tmp_path / "lake")
    assert lake.file("server.log")["dialect_name"] is None
