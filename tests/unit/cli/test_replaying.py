"""`sightline replay` plays bundle files without warehouse or logs, and says where they depart."""

import json
import sys
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from orchestration.exports.replay_bundle import write_bundle
from tests.unit.analysis.replay.replay_bundles import TOPICS, bundle

# Plays everything but the last beat, and another value in every repeat.
FORGETFUL = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    steps = asked["bundle"]["observed"][:-1]
    steps[0]["handlers"][0]["changes"] = [{"key": "seed", "kind": "added", "value": asked["repeat"]}]
    print(json.dumps({"status": "completed", "steps": steps, "stand_ins": ["color"]}))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.json").write_bytes(write_bundle(bundle()))
    (tmp_path / "short.json").write_bytes(write_bundle(bundle(TOPICS[:2], flow_id="f2", sequence_name="\x1b[31mP")))
    return tmp_path


def with_command(folder: Path, code: str) -> None:
    (folder / "play.py").write_text(code, encoding="utf-8")
    command = json.dumps([sys.executable, "play.py"])
    (folder / "sightline.toml").write_text(f"[replay]\ncommand = {command}\n", encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    assert run_command(["replay", *typed]) == 0
    return capsys.readouterr().out


def test_one_flow_is_told_in_full(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--bundle", "good.json")
    assert "level          structural, against the declaration" in told
    assert "result         no divergence" in told
    assert "would raise it: payload of the request (color) +25.0 points" in told


def test_many_flows_are_counted_with_their_first_divergences(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--bundle", "good.json", "--bundle", "short.json")
    assert "2 flows, 2 played at level structural" in told
    assert "1 as the declaration has them, 1 depart from it" in told
    assert "missing beat at step 3: expected paint:dry, found not played" in told
    assert "\x1b" not in told


def test_a_command_makes_live_the_level(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_command(folder, FORGETFUL)
    told = said(capsys, "--bundle", "good.json", "--repeat", "2")
    assert "level          live" in told
    assert "step missing at step 3, line 30: expected paint:dry, found the end" in told
    assert "stood in for   color" in told
    assert "differs between repeats: seed" in told


def test_results_are_written_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--bundle", "short.json", "--out", "results.json")
    [result] = json.loads((folder / "results.json").read_text(encoding="utf-8"))["results"]
    assert result["divergence"]["kind"] == "missing_beat"
    assert result["missing"] == ["payload of the request (color) +25.0", "the end of the flow +12.5"]


def test_the_gate_holds_only_where_it_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["replay", "--bundle", "short.json", "--strict"]) == 3
    assert "1 of 1 replays depart" in capsys.readouterr().err
    assert run_command(["replay", "--bundle", "good.json", "--strict"]) == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--level magic", "--level takes structural, stubbed, live"),
        ("--level live --bundle good.json", "name it as command under [replay]"),
        ("--bundle absent.json", "absent.json: cannot be read"),
        ("--bundle sightline.log", "sightline.log: is no replay bundle"),
        ("f1", "nothing has been built there yet"),
    ],
)
def test_wrong_use_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str], typed: str, told: str) -> None:
    (folder / "sightline.log").write_text("a log", encoding="utf-8")
    assert run_command(["replay", *typed.split()]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert shown.count("\n") == 1
