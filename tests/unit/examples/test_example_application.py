"""The example's own tests, where Node and its two development packages are installed; skipped elsewhere."""

import shutil
import subprocess

import pytest

from tests.unit.examples.bistro_files import BISTRO


def test_the_applications_own_tests_pass() -> None:
    node = shutil.which("node")
    compiler = BISTRO / "node_modules" / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("needs node and `npm ci` in examples/bistro")
    compiled = subprocess.run([node, str(compiler)], cwd=BISTRO, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stdout
    tested = subprocess.run(
        [node, "--enable-source-maps", "--test", "dist/"], cwd=BISTRO, capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stdout[-4000:]
