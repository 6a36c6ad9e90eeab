"""Tests generated from the example's logs run green in the example, and come out the same a second time."""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.cli.app import run_command
from tests.integration import test_replay_bars as replay_bars

pytestmark = pytest.mark.slow

EXAMPLE = replay_bars.EXAMPLE


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with what candidate tests are made from; skip where the example cannot be compiled."""
    node = shutil.which("node")
    compiler = EXAMPLE / "node_modules" / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("needs node and `npm ci` in examples/bistro")
    subprocess.run([node, str(compiler)], cwd=EXAMPLE, check=True)
    sequences = [EXAMPLE / "src" / "modules", EXAMPLE / "manifests"]
    folder = tmp_path_factory.mktemp("generated")
    return replay_bars.build(folder, [EXAMPLE / "logs"], [EXAMPLE], sequences, "fct_test_candidates")


def export(home: Path) -> Mapping[str, str]:
    """Write the tests; return the digest of every file."""
    assert run_command(["export", "tests", "--config", str(EXAMPLE / "sightline.toml"), "--home", str(home)]) == 0
    files = sorted((home / "exports" / "tests").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_generated_tests_are_green_on_the_example_and_come_out_the_same_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = export(home)
    assert sum(name.endswith(".test.mjs") for name in first) >= 20
    words = ["node", "--test", str(home / "exports" / "tests")]
    done = subprocess.run(words, cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "hold in the application as it is" in capsys.readouterr().out
    assert export(home) == first
