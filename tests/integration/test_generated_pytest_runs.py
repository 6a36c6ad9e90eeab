"""Where handlers are Python, tests generated from a log run in pytest: green as the code is, red when it breaks."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from tests.corpus import REPOSITORY
from tests.integration import test_replay_bars as replay_bars

pytestmark = pytest.mark.slow

APPLICATION = REPOSITORY / "tests" / "corpora" / "python_application"
CONFIG = """
[inputs]
logs = ["logs"]
code = ["."]
sequences = ["json-sequences"]

[tests]
runner = "pytest"
command = ["{python}", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
"""
PLAYER = 'player = "bakery/play.py"\n'
# A fault each: in arithmetic, at a boundary, in what is published, in what is returned.
MUTANTS = [
    ("orders.py", 'return {"pieces": sum(wanted.values())}', 'return {"pieces": sum(wanted.values()) + 1}'),
    ("till.py", "if missing > 0:", "if missing >= 0:"),
    ("oven.py", 'context.publish("oven.ready")', "pass"),
    ("orders.py", '"delivery_cents": delivery, ', ""),
]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the application with its log, its configuration and a home built from them."""
    folder = tmp_path_factory.mktemp("bakery") / "application"
    shutil.copytree(APPLICATION, folder, ignore=shutil.ignore_patterns("__pycache__"))
    words = [sys.executable, "-B", "-m", "bakery.record", "logs"]
    subprocess.run(words, cwd=folder, check=True)
    (folder / "sightline.toml").write_text(CONFIG.format(python=sys.executable), encoding="utf-8")
    home = folder / ".sightline"
    home.mkdir()
    replay_bars.build(home, [folder / "logs"], [folder], [folder / "json-sequences"], "fct_test_candidates")
    return folder


def export(application: Path, out: str, player: str = "") -> Mapping[str, str]:
    """Write the tests to a folder of the application; return the digest of every file."""
    config = application / f"{out}.toml"
    config.write_text((application / "sightline.toml").read_text(encoding="utf-8") + player, encoding="utf-8")
    folder = application / out
    words = ["--config", str(config), "--home", str(application / ".sightline"), "--out", str(folder)]
    assert run_command(["export", "tests", *words]) == 0
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def generated(application: Path) -> str:
    """Return the folder of the tests of single handlers, written once."""
    export(application, "generated")
    return "generated"


def run(application: Path, out: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", out]
    # Compiled files are told apart by the second and the size of their source: a fault may change neither.
    silent = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=application, capture_output=True, text=True, check=False, env=silent)


@pytest.mark.parametrize("player", ["", PLAYER], ids=["handlers by themselves", "whole flows"])
def test_generated_tests_are_green_in_pytest_and_come_out_the_same_again(
    application: Path, player: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = f"again{len(player)}"
    first = export(application, out, player)
    assert {name for name in first if name.startswith("test_")} >= {"test_order_place.py", "test_till_pay.py"}
    assert "0 do not and are skipped" in capsys.readouterr().out
    done = run(application, out)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
    assert export(application, out, player) == first


@pytest.mark.parametrize(("name", "right", "wrong"), MUTANTS, ids=[wrong for *_, wrong in MUTANTS])
def test_a_fault_in_a_handler_makes_its_test_fail(
    application: Path, generated: str, name: str, right: str, wrong: str
) -> None:
    path = application / "bakery" / name
    healthy = path.read_text(encoding="utf-8")
    assert right in healthy
    path.write_text(healthy.replace(right, wrong), encoding="utf-8")
    try:
        done = run(application, generated)
    finally:
        path.write_text(healthy, encoding="utf-8")
    assert done.returncode == 1, done.stdout[-2000:]


def test_an_edited_test_of_pytest_is_kept(application: Path, generated: str) -> None:
    path = application / generated / "test_till_pay.py"
    whole = path.read_bytes()
    mine = b"# mine\n" + whole
    path.write_bytes(mine)
    names = export(application, generated)
    assert path.read_bytes() == mine
    assert "test_till_pay-regenerated.py" in names
