"""Nothing in a folder of logs is passed over in silence: what a log is, is told by its content, the rest is counted."""

import bz2
import gzip
import json
import lzma
import os
import socket
import tarfile
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest

from orchestration.domain.errors import SightlineError
from orchestration.domain.passed_over import words_of_passed_over
from orchestration.log_ingest.discovery import discover
from orchestration.log_ingest.looking import look_at_logs
from orchestration.log_ingest.options import IngestOptions
from tests.unit.log_ingest.log_lake import SETTLED_OPTIONS, beat_log, ingest, write

LINE = "2026-03-01T10:00:00.000Z"
# Names a rotation, a container, a shell or a person gives to a log; none ends in .log.
LOG_NAMES = (
    "shop.log-20261130", "shop.log-20261130.gz", "shop.log.old", "shop.log.1.bak", "shop.log.2026-11-30.gz", "shop.1",
    "shop.out", "shop.err", "stdout", "stderr", "syslog", "console.txt", "catalina.2026-11-30", "shop.jsonl.txt",
    "messages", "shop-20261130T1200", "container_0.trace", "LOG", "output", "deep/er/still/stdout",
)  # fmt: skip
# Lines of programs of any kind: by a time, by a level, by a field.
LOG_TEXTS = {
    "iso": f"{LINE} started\n{LINE} ready\n",
    "iso with a comma": "2026-03-01 10:00:00,123 INFO main ready, steady, go\n" * 3,
    "bracket": "[2026/03/01 10:00:00] ready\n",
    "syslog": "Mar  1 10:00:00 host sshd[12]: Accepted\n" * 2,
    "access": '127.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12\n',
    "klog": "I0301 10:00:00.123456 1 main.go:12] ready\n",
    "logfmt": 'ts=1772359200.1 level=info msg="ready"\n',
    "level only": "INFO ready\nWARN slow\n  at somewhere\n",
    "brackets": "[info] ready\n[error] gone\n",
    "epoch": "1772359200123 ready\n",
    "json lines": '{"time": "2026-03-01T10:00:00Z", "msg": "ready"}\n{"time": "2026-03-01T10:00:01Z", "msg": "x"}\n',
    "json with a level": '{"level": 30, "msg": "ready"}\n',
    "docker": '{"log": "ready\\n", "stream": "stdout", "time": "2026-03-01T10:00:00.1Z"}\n',
    "json list": json.dumps([{"timestamp": 1772359200123, "message": "ready"}] * 2, indent=1),
    "open telemetry": '{"resourceLogs": [{"scopeLogs": []}]}',
    "one error, long stack": "2026-03-01 10:00:00 ERROR gone\n" + "    at Shop.Pay(Pay.cs)\n" * 8,
    "coloured": "\x1b[36m2026-03-01 10:00:00\x1b[0m \x1b[32mINFO\x1b[0m ready\n",
    "after an emptied file": "\0" * 4096 + "2026-03-01 10:00:00 ready\n",
    "messages a dialect knows": '🎼 ExecutionQueue: Now executing "Library Load"\n 🎵 Executing beat 1\n' * 3,
}
OTHERS = {
    "logo.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(90), "image"),
    "photo": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(90), "image"),
    "state.db": (b"SQLite format 3\0" + bytes(90), "database"),
    "part.parquet": (b"PAR1\x15\x04\x15" + bytes(90), "database"),
    "journal": (b"LPKSHHRH\0\0\0\0" + bytes(90), "binary log of another program"),
    "manual.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "office document"),
    "server": (b"\x7fELF\x02\x01\x01\0" + bytes(90), "program"),
    "core": (bytes(range(256)) * 8, "binary"),
    "main.py": (
        b'import os\n\n# 2026-03-01 10:00:00\nT = "2026-03-01T10:00:00Z"\nprint(os)\n',
        "source file",
    ),
    "run": (b"#!/bin/sh\necho '2026-03-01 10:00:00 INFO'\nexit 0\n", "source file"),
    "Shop.java": (b"package shop;\nclass Shop { Logger INFO; }\n", "source file"),
    "package.json": (b'{"name": "shop", "version": "1.0.0"}', "JSON document"),
    "report.json": (json.dumps({"timestamp": "2026-03-01T10:00:00Z", "gaps": []}).encode(), "JSON document"),
    "large.json": (json.dumps([{"id": n, "name": "x" * 40} for n in range(2000)]).encode(), "JSON document"),
    "data.jsonl": (b'{"id": 1, "name": "x"}\n{"id": 2, "name": "y"}\n', "JSON document"),
    "app.toml": (b'[server]\nport = 80\nname = "x"\n', "configuration file"),
    "compose.yml": (b"services:\n  web:\n    image: x\n    since: 2026-03-01 10:00:00\n", "configuration file"),
    "times.csv": (b"at,kind,ms\n2026-03-01 10:00:00,a,1\n2026-03-01 10:00:01,b,2\n", "CSV table"),
    "junit.xml": (b'<?xml version="1.0"?>\n<testsuite timestamp="2026-03-01T10:00:00"/>\n', "XML or HTML document"),
    "README.md": (b"# Shop\n\nSince 2026-03-01 10:00:00.\n\nMore words.\n", "document"),
    "notes.txt": (b"Call Anna.\nBuy milk.\n", "text file without log lines"),
    "nothing": (b"", "empty file"),
    # The head of a zip archive of one file, with the flag of a password.
    "locked.zip": (b"PK\3\4\x14\0\1\0\0\0" + bytes(12) + b"\5\0\0\0\1\0\0\0aABCDE", "encrypted archive"),
    ".hidden": (b"2026-03-01 10:00:00 x\n", "hidden file"),
}


def kinds(*sources: Path) -> dict[str, int]:
    return {kind.file_kind: kind.file_count for kind in discover(sources).passed_over}


@pytest.mark.parametrize("name", LOG_NAMES)
def test_a_log_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    text = beat_log(5).encode()
    write(tmp_path / "logs" / name, gzip.compress(text) if name.endswith(".gz") else text)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert lake.file(name)["ingest_status"] == "ok"
    assert lake.report.record_count == 5
    assert lake.report.passed_over == ()


@pytest.mark.parametrize("text", LOG_TEXTS.values(), ids=LOG_TEXTS)
def test_a_log_of_any_program_is_told_from_other_texts(tmp_path: Path, text: str) -> None:
    write(tmp_path / "stdout", text)
    write(tmp_path / "packed", gzip.compress(text.encode()))
    assert [log.log_file_path for log in discover([tmp_path]).logs] == ["packed", "stdout"]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_log_is_passed_over_and_counted_by_kind(tmp_path: Path, name: str) -> None:
    content, kind = OTHERS[name]
    write(tmp_path / "logs" / "app.log", beat_log(3))
    write(tmp_path / "logs" / "sub" / name, content)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert [(found.file_kind, found.file_count, found.example_path) for found in lake.report.passed_over] == [
        (kind, 1, f"sub/{name}")
    ]
    assert lake.table("passed_over_files").rows() == [(kind, 1, f"sub/{name}")]
    assert lake.report.file_count == 1


def test_packed_logs_are_looked_into_and_other_archives_told(tmp_path: Path) -> None:
    text = beat_log(5).encode()
    write(tmp_path / "stdout.xz", lzma.compress(text))
    write(tmp_path / "stdout.bz2", bz2.compress(text + b"\n"))
    write(tmp_path / "logo.bz2", bz2.compress(OTHERS["logo.png"][0]))
    write(tmp_path / "damaged.gz", b"\x1f\x8b\x08" + bytes(50))
    with tarfile.open(tmp_path / "both.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "stdout.xz", "a")
        tar.add(tmp_path / "stdout.bz2", "b")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.txt", text)
        archive.writestr("b.txt", text)
    found = discover([tmp_path])
    assert [log.log_file_path for log in found.logs] == ["stdout.bz2", "stdout.xz"]
    assert kinds(tmp_path) == {"archive of several files": 2, "damaged archive": 1, "image": 1}
    looks = list(look_at_logs(discover([tmp_path / "both.zip", tmp_path / "damaged.gz"]).logs, IngestOptions()))
    assert [look.is_read for look in looks] == [False, False]
    assert "unpack it" in looks[0].words
    assert "archive" in looks[1].words


def test_an_archive_nothing_is_read_of_is_told_by_what_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "nothing.zip", "w"):
        pass
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", beat_log(5))
    write(tmp_path / "app.log", beat_log(5))
    assert kinds(tmp_path) == {"empty archive": 1, "archive packed in a way not read": 1}


def test_all_files_of_a_folder_are_logs_or_counted(tmp_path: Path) -> None:
    write(tmp_path / "app.log", beat_log(3))
    for name, (content, _) in OTHERS.items():
        write(tmp_path / "others" / name, content)
    write(tmp_path / "node_modules" / "x" / "stdout", beat_log(3))
    write(tmp_path / ".git" / "logs" / "HEAD", f"{LINE} x\n")
    found = discover([tmp_path])
    counts = {kind.file_kind: kind.file_count for kind in found.passed_over}
    assert counts.pop("folder not entered") == 2
    assert len(found.logs) + sum(counts.values()) == 1 + len(OTHERS)
    words = words_of_passed_over(found.passed_over)
    assert words is not None
    assert words.startswith(f"{len(OTHERS)} files passed over: ")
    assert words.endswith("; 2 folders not entered")
    assert "2 images" in words


def test_a_folder_that_a_pattern_names_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "app.log", beat_log(2))
    write(tmp_path / "logs" / "old" / "stdout", beat_log(3))
    write(tmp_path / "logs" / "old" / "x.py", "import os\n")
    write(tmp_path / "logs" / "logo.png", OTHERS["logo.png"][0])
    found = discover([f"{tmp_path}/logs/*"])
    assert [log.log_file_path for log in found.logs] == ["app.log", "logo.png", "old/stdout"]
    assert [(kind.file_kind, kind.example_path) for kind in found.passed_over] == [("source file", "old/x.py")]


@pytest.mark.parametrize(("name", "what"), [("logo.png", "an image"), ("state.db", "a database"), ("core.log", None)])
def test_a_file_that_is_named_and_is_no_log_is_told_for_what_it_is(tmp_path: Path, name: str, what: str | None) -> None:
    content = OTHERS["core" if what is None else name][0]
    lake = ingest([write(tmp_path / name, content)], tmp_path / "lake")
    file = lake.file(name)
    if what is None:
        assert (file["ingest_status"], file["rejected_line_count"] > 0) == ("unrecognised", True)
    else:
        assert (file["ingest_status"], file["line_count"]) == ("not_a_log", 0)
        assert file["problem"].startswith(f"Not a log: {what}. ")


def test_a_text_that_becomes_a_log_is_read_then(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "app.log", beat_log(3))
    write(tmp_path / "logs" / "stdout", "Listening.\n")
    assert ingest(tmp_path / "logs", tmp_path / "lake").report.file_count == 1
    write(tmp_path / "logs" / "stdout", "Listening.\n" + beat_log(9), age=1800)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert (lake.report.file_count, lake.report.passed_over) == (2, ())
    assert lake.file("stdout")["record_count"] == 9


def test_what_was_read_of_a_log_stays_when_its_file_is_no_log_any_more(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "app.log", beat_log(3))
    write(tmp_path / "logs" / "stdout", beat_log(9))
    ingest(tmp_path / "logs", tmp_path / "lake")
    write(tmp_path / "logs" / "stdout", "", age=1800)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    assert (lake.file("stdout")["record_count"], lake.file("stdout")["is_gone"]) == (9, True)
    assert kinds(tmp_path / "logs") == {"empty file": 1}


def test_what_cannot_be_opened_is_counted_and_holds_nothing_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "app.log", beat_log(3))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    listener = socket.socket(socket.AF_UNIX)
    # The name of a socket may have 108 bytes.
    monkeypatch.chdir(tmp_path)
    listener.bind("socket")
    begun = time.monotonic()
    found = kinds(tmp_path)
    listener.close()
    assert time.monotonic() - begun < 5
    assert found == {"device, pipe or socket": 2, "link that leads nowhere": 1}


def test_a_folder_of_nothing_but_others_is_told_in_one_line(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "import os\n")
    write(tmp_path / "b.png", OTHERS["logo.png"][0])
    with pytest.raises(SightlineError, match=r"2 files passed over: 1 image, 1 source file\. Give --logs") as told:
        discover([tmp_path])
    assert "\n" not in str(told.value)


def test_thousands_of_other_files_cost_little(tmp_path: Path) -> None:
    write(tmp_path / "app.log", beat_log(3))
    for number in range(2000):
        (tmp_path / f"{number}.py").write_bytes(OTHERS["main.py"][0] * 50)
    begun = time.process_time()
    assert kinds(tmp_path) == {"source file": 2000}
    assert time.process_time() - begun < 4
    begun = time.process_time()
    assert kinds(tmp_path) == {"source file": 2000}
    assert time.process_time() - begun < 1.5


def test_a_thousand_logs_are_looked_at_within_seconds(tmp_path: Path) -> None:
    for number in range(1000):
        write(tmp_path / f"stdout-{number}", beat_log(150, first=1 + 150 * number))
    begun = time.process_time()
    looks = list(look_at_logs(discover([tmp_path]).logs, IngestOptions()))
    assert time.process_time() - begun < 6
    assert len(looks) == 1000
    assert {look.dialect_name for look in looks} == {"renderx-development"}
    assert {look.rejected_line_count for look in looks} == {0}


def test_a_look_says_what_ingest_then_finds(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "app.log", "not said by anybody\n" + beat_log(30) + "[x] neither\n")
    write(tmp_path / "logs" / "stdout", "2026-03-01 10:00:00 something else\n" * 4)
    lake = ingest(tmp_path / "logs", tmp_path / "lake")
    stamped = lake.table("log_records").filter(pl.col("emitted_at").is_not_null())
    for look in look_at_logs(discover([tmp_path / "logs"]).logs, SETTLED_OPTIONS):
        file = lake.file(look.log_file_path)
        counts = (look.dialect_name, look.line_count, look.rejected_line_count, look.record_count)
        assert counts == tuple(file[n] for n in ("dialect_name", "line_count", "rejected_line_count", "record_count"))
        assert look.stamped_record_count == len(stamped.filter(pl.col("log_file_path") == look.log_file_path))
        assert (
            look.not_understood
            == tuple(
                (row["line_number"], row["line_text"])
                for row in lake.table("rejected_lines").sort("line_number").head(3).to_dicts()
                if row["log_file_path"] == look.log_file_path
            )
            or look.log_file_path == "stdout"
        )
