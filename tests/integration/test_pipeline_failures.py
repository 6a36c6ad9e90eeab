"""What fails is explained in one line, and the last good site stays."""

from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError
from tests.integration.tiny_project import write_project

pytestmark = pytest.mark.slow


def break_the_build(*arguments: object, **more: object) -> None:
    raise SightlineError("the disk is full")


def test_a_failing_step_is_explained_and_the_site_before_it_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(tmp_path / "tiny")
    home = tmp_path / "home"
    Home(home).claim()
    (home / "site").mkdir()
    (home / "site" / "index.html").write_text("the last good site", encoding="utf-8")
    Home(home).published.write_text("the last good tables", encoding="utf-8")
    monkeypatch.setattr("orchestration.defs.dbt.assets.build_warehouse", break_the_build)
    assert run_command(["run", *project.arguments, "--home", str(home)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == "sightline: build_warehouse: the disk is full (the site published before is still there)"
    assert (home / "site" / "index.html").read_text(encoding="utf-8") == "the last good site"
    assert Home(home).published.read_text(encoding="utf-8") == "the last good tables"


def test_a_log_folder_without_logs_is_told_and_nothing_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path / "tiny")
    for log in project.logs.iterdir():
        log.unlink()
    assert run_command(["run", *project.arguments, "--home", str(tmp_path / "home")]) == 1
    assert not (tmp_path / "home").exists()
    assert str(project.logs) in capsys.readouterr().err.splitlines()[-1]
