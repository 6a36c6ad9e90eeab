"""The layers of the design, and the one home of each heavy library."""

import subprocess
import sys

from tests.corpus import REPOSITORY


def test_a_layer_imports_only_from_layers_below_it() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
