"""`sightline export trace` writes what was asked for, and says what there is when that does not exist."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from orchestration.cli.app import run_command
from orchestration.exports.file_names import file_name
from tests.timeline_warehouse import CLOCKED, CLOCKLESS, write_sample

SCHEMAS = Path(__file__).parents[1] / "exports" / "schemas"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "home"
    folder.mkdir()
    write_sample(folder, ("<b>\x1b[31mred</b>",))
    return folder


def export(home: Path, *typed: str) -> int:
    return run_command(["export", "trace", "--home", str(home), *typed])


def written(home: Path) -> dict[str, Any]:
    """Return the content of every exported file by its name."""
    return {path.name: json.loads(path.read_bytes()) for path in (home / "exports" / "traces").iterdir()}


@pytest.mark.parametrize(
    ("name", "schema"), [("chrome", "chrome_trace"), ("speedscope", "speedscope"), ("otlp", "otlp")]
)
def test_a_session_is_written_in_every_format_and_obeys_its_schema(home: Path, name: str, schema: str) -> None:
    assert export(home, "--format", name, "--session", "one") == 0
    ((file, content),) = written(home).items()
    assert file == f"one-aaaaaaaa.{name}.json"
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(rules).iter_errors(content)] == []
    assert "Beat 2" in json.dumps(content)


def test_without_a_choice_the_newest_session_is_written(home: Path) -> None:
    assert export(home) == 0
    assert list(written(home)) == ["one-aaaaaaaa.chrome.json"]


def test_a_flow_is_written_alone(home: Path) -> None:
    assert export(home, "--flow", "f2") == 0
    events = written(home)["one-aaaaaaaa-flow-f2.chrome.json"]["traceEvents"]
    assert [event["name"] for event in events if event.get("cat") == "flow"] == ["Paint"]
    assert "x is not a function" in json.dumps(events)


def test_a_sequence_is_written_from_every_session_that_played_it(home: Path) -> None:
    assert export(home, "--sequence", "Paint") == 0
    flows = {
        name: [event["args"]["line"] for event in content["traceEvents"] if event.get("cat") == "flow"]
        for name, content in written(home).items()
    }
    assert flows == {"one-aaaaaaaa-Paint.chrome.json": [10, 40, 60], "two-bbbbbbbb-Paint.chrome.json": [5, 25]}


def test_only_what_begins_on_the_lines_is_written(home: Path) -> None:
    assert export(home, "--session", CLOCKED, "--lines", "10-20") == 0
    events = written(home)["one-aaaaaaaa-lines-10-20.chrome.json"]["traceEvents"]
    assert {10, 12, 20} <= {event["args"]["line"] for event in events if event["ph"] == "X"} <= set(range(10, 21))


def test_the_file_or_folder_that_was_named_is_written(home: Path, tmp_path: Path) -> None:
    assert export(home, "--session", "two", "--out", "mine.json") == 0
    assert "traceEvents" in json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert export(home, "--session", "one", "--session", "two", "--out", "folder") == 0
    assert len(list((tmp_path / "folder").iterdir())) == 2


def test_standard_output_takes_the_bytes_and_nothing_else(home: Path, capfdbinary: Any) -> None:
    assert export(home, "--session", "two", "--out", "-") == 0
    assert "traceEvents" in json.loads(capfdbinary.readouterr().out)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--session three", "three: no such session; there are 2: one, two"),
        ("--session onee", "no such session; there are 2: one"),
        ("--flow f", "flows begin so; write more of the id"),
        ("--flow nothing", "nothing: no such flow"),
        ("--sequence Pain", "no flow of such a sequence; there are Paint"),
        ("--flow f1 --session two", "no flow is in all that was asked for"),
        ("--format svg", "--format takes chrome, speedscope, otlp"),
        ("--lines 9", "--lines takes two line numbers"),
        ("--session one --lines 5000-6000", "nothing begins on lines 5000-6000"),
        ("--session one --session two --out -", "2 sessions make 2 files"),
    ],
)
def test_wrong_use_says_what_there_is(home: Path, capsys: pytest.CaptureFixture[str], typed: str, said: str) -> None:
    assert export(home, *typed.split()) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert not (home / "exports").exists()


def test_without_a_run_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path / "empty") == 2
    assert "nothing has been built there yet" in capsys.readouterr().err


def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "published.duckdb").write_bytes(b"something else" * 500)
    assert export(tmp_path) == 1
    assert "published.duckdb" in capsys.readouterr().err


def test_a_warehouse_of_an_older_version_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["export", "replay", "--home", str(home), "--flow", "f1"]) == 1
    shown = capsys.readouterr().err
    assert "another version of Sightline" in shown
    assert "`sightline run` renews them" in shown


def test_a_name_from_a_log_cannot_leave_the_folder() -> None:
    assert file_name("../../etc/passwd", "\x1b[31m", "a b") == "etc-passwd-31m-a-b"
    assert file_name("...") == "export"
    assert CLOCKLESS in file_name(CLOCKLESS)
