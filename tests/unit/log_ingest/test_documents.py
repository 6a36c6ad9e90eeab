"""A JSON document given as a log is named as one, by what it holds; a JSON log is not taken for one."""

import gzip
import json
from pathlib import Path

import pytest

from orchestration.log_ingest.discovery import discover_logs
from orchestration.log_ingest.documents import JSON_DOCUMENT, describe_document
from orchestration.log_ingest.looking import look_at_logs
from orchestration.log_ingest.options import IngestOptions
from tests.unit.log_ingest.log_lake import assert_counts_add_up, beat_log, ingest, write

ANALYSIS = {"stage1": {"file": "console-log", "gaps": [{"start": "2026-01-01T00:00:00Z"}]}, "timestamp": "2026-01-01"}
DOCUMENTS = {
    "analysis": json.dumps(ANALYSIS, indent=2),
    "one line": json.dumps({"name": "shop", "scripts": {"build": "x"}}),
    "with a mark": "\ufeff" + json.dumps({"Logging": {"LogLevel": {"Default": "Information"}}}, indent=2),
    "a list": "[1, 2,\n 3]\n",
    "entries among much else": json.dumps(dict.fromkeys("abcd", 1) | {"e": [{"time": 1, "message": "x"}]}, indent=1),
}
LOGS = {
    "one line": '{"time": 1, "msg": "x"}\n',
    "a line each": '{"a": 1}\n{"a": 2}\n',
    "a list of entries": '[\n{"@t": "2026-01-01", "@mt": "x"},\n{"@t": "2026-01-01", "@mt": "y"}\n]\n',
    "entries and who wrote them": '{"app": "shop", "logs": [{"timestamp": 1, "message": "x"}]}',
    "open telemetry": '{"resourceLogs": [{"scopeLogs": []}]}',
    "cut off": '{"a": [1, 2',
    "text": "[main] {} started\n",
    "too deep": "[" * 100_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_told_by_its_content(tmp_path: Path, text: str) -> None:
    assert describe_document(write(tmp_path / "a.log", text)) == JSON_DOCUMENT


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS)
def test_what_may_be_a_log_is_not_called_a_document(tmp_path: Path, text: str) -> None:
    assert describe_document(write(tmp_path / "package.json", text)) is None


def test_a_document_is_no_rejected_log_and_is_not_read_again(tmp_path: Path) -> None:
    document, packed = json.dumps(ANALYSIS, indent=2), gzip.compress(b'{"a":\n1}')
    write(tmp_path / "logs/telemetry.log", document)
    write(tmp_path / "logs/packed.log.gz", packed)
    write(tmp_path / "logs/real.log", beat_log(5))
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.report.file_count_by_status == {"not_a_log": 2, "ok": 1}
    assert (lake.report.rejected_line_count, lake.report.line_count, lake.report.problems) == (0, 5, ())
    assert lake.file("telemetry.log")["problem"].startswith("Not a log: a JSON document (analysis or configuration")
    assert_counts_add_up(lake)
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.read_file_count == 0
    write(tmp_path / "logs/telemetry.log", document[:-5])
    again = ingest(tmp_path / "logs", tmp_path / "lake")
    assert again.report.file_count_by_status == {"not_a_log": 1, "ok": 1, "unrecognised": 1}
    assert again.report.rejected_line_count > 0


def test_logs_are_looked_at_without_being_read(tmp_path: Path) -> None:
    write(tmp_path / "a.log", beat_log(5))
    write(tmp_path / "b.log", '{"a": 1}')
    write(tmp_path / "c.log", "unknown\n")
    write(tmp_path / "d.log", "")
    looks = list(look_at_logs(discover_logs([tmp_path]), IngestOptions()))
    found = {look.log_file_path: (look.dialect_name, look.what) for look in looks}
    nothing = (None, None)
    assert found == {
        "a.log": ("renderx-development", None),
        "b.log": (None, JSON_DOCUMENT),
        "c.log": nothing,
        "d.log": nothing,
    }
    assert [(look.words, look.is_read) for look in looks[2:]] == [
        ("of no dialect known here (see the guide 'Add a dialect')", False),
        ("empty", False),
    ]
    assert (looks[0].stamped_record_count, looks[0].record_count, looks[0].rejected_line_count) == (5, 5, 0)
    assert looks[2].not_understood == ((1, "unknown"),)
