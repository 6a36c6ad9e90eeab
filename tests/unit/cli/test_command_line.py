"""Wrong use ends with one line and exit code 2, before anything heavy is loaded or anything is written."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from tests.corpus import REPOSITORY
from tests.unit.log_ingest.log_lake import beat_log, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.log").write_text("one line\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("run --logs absent", "absent: no such file or folder; correct --logs"),
        ("run --logs *.nothing", "the pattern matches no file"),
        ("run --logs app.log --code absent", "absent: no such file or folder; correct --code"),
        ("run", "no logs are given"),
        ("run --config absent.toml", "no such configuration file"),
        ("run --config .", ".: is a folder, not a configuration file"),
        ("run --logs app.log --home app.log", "is a file, not a folder"),
        ("run --logs", "requires an argument"),
        ("walk", "No such command"),
        ("rnu", "No such command 'rnu'. Did you mean 'run'? (see"),
        ("export tabel", "No such command 'tabel'. Did you mean 'table'"),
        ("run --colour", "No such option"),
        ("serve", "no site has been published there yet"),
        ("check --logs absent", "no such file or folder"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], typed: str, said: str
) -> None:
    assert run_command(typed.split()) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert shown.count("Did you mean") <= 1
    assert sorted(path.name for path in folder.iterdir()) == ["app.log", "empty"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--logs empty", "/empty: no file there. Give --logs a folder of logs"),
        ("--logs app.log", "Nothing to read: the only log given cannot be read (app.log: of no dialect known here"),
        ("--logs *.log --logs page.html", "none of the 2 logs given can be read (app.log: of no dialect known"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "check"])
def test_nothing_to_read_is_one_line_and_exit_code_1_before_anything_is_built(
    folder: Path, capsys: pytest.CaptureFixture[str], verb: str, typed: str, said: str
) -> None:
    (folder / "page.html").write_text("<html></html>", encoding="utf-8")
    assert run_command([verb, *typed.split()]) == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["app.log", "empty", "page.html"]


def test_a_wrong_configuration_is_one_line_and_exit_code_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sightline.toml").write_text("[inputs]\nlogz = []", encoding="utf-8")
    assert run_command(["check"]) == 2
    assert "did you mean logs?" in capsys.readouterr().err


def test_check_says_what_would_be_read_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "app.log", beat_log(5))
    assert run_command(["check", "--logs", "app.log"]) == 0
    shown = capsys.readouterr().out
    assert "logs           1 file in 1 path" in shown
    assert (
        "app.log: renderx-development in 100.0% of sampled lines; 0 of 5 lines not understood; stamps in 5 of 5"
        in shown
    )
    assert "dialects" in shown
    assert sorted(path.name for path in folder.iterdir()) == ["app.log", "empty"]


def test_check_counts_the_logs_a_run_would_read_each_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app.truth.json.gz").write_bytes(b"not a log")
    write(folder / "app.log", beat_log(5))
    assert run_command(["check", "--logs", ".", "--logs", "app.log", "--code", ".", "--code", "app.log"]) == 0
    shown = capsys.readouterr().out
    assert "logs           1 file in 2 paths" in shown
    assert "code           2 files in 2 paths" in shown


def test_check_names_what_no_dialect_knows_and_what_is_no_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app.log").write_text("unknown\n", encoding="utf-8")
    (folder / "package.log").write_text('{\n  "name": "shop"\n}\n', encoding="utf-8")
    assert run_command(["check", "--logs", "."]) == 1
    shown = capsys.readouterr().out
    assert "package.log: not a log: a JSON document (analysis or configuration file)\n" in shown
    assert "app.log: of no dialect known here (see the guide 'Add a dialect'); 1 of 1 line not understood;" in shown
    assert "    line 1: unknown\n" in shown
    (folder / "times.log").write_text("[2026-11-22T15:00:00.000Z] LOG Hello\n", encoding="utf-8")
    assert run_command(["check", "--logs", "."]) == 0
    assert "NO LOG IS UNDERSTOOD" in capsys.readouterr().out
    (folder / "wrapped.log").write_text(
        '[2026-11-22T15:00:00.000Z] LOG 🎼 ExecutionQueue: Now executing "Library Load"\n', encoding="utf-8"
    )
    assert run_command(["check", "--logs", "."]) == 0
    shown = capsys.readouterr().out
    assert "wrapped.log: renderx-unstamped in 100.0% of sampled lines; 0 of 1 line not understood" in shown
    assert "NO LOG IS UNDERSTOOD" not in shown


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from orchestration.cli.app import run_command; run_command(['run', '--help']);"
        "heavy = {'dagster', 'dbt', 'duckdb', 'polars', 'pyarrow', 'great_expectations', 'plotly'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--sequences" in done.stdout
