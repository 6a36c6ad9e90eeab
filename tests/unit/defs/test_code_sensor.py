"""The sensor on the code: another commit asks for a run; no repository, or the same commit, for none."""

import subprocess
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.code.sensor import build_code_sensor, commit_digest
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.settings import InputSettings, Settings


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    return folder


def commit(code: Path, text: str) -> None:
    (code / "a.ts").write_text(text, encoding="utf-8")
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-q", "-m", text)):
        subprocess.run(["git", *arguments], cwd=code, check=True)


def evaluate(code: Path, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    settings = Settings(home=code.parent / "home", inputs=InputSettings(code=(str(code),)))
    sensor = build_code_sensor(Platform(settings, Home(settings.home)))
    with dg.DagsterInstance.ephemeral() as instance:
        result = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_code_without_a_repository_asks_for_nothing(code: Path) -> None:
    assert commit_digest([str(code)]) == ""
    assert isinstance(evaluate(code, None), dg.SkipReason)


def test_another_commit_asks_for_one_run(code: Path) -> None:
    commit(code, "one")
    first = evaluate(code, None)
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests
    assert isinstance(evaluate(code, first.cursor), dg.SkipReason)
    commit(code, "two")
    second = evaluate(code, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert len(second.run_requests or []) == 1
    assert second.cursor != first.cursor
