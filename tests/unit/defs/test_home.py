"""The home folder: places, writability and the right to write."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.defs.home import Home
from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import HOME_MARK
from tests.corpus import REPOSITORY


def test_a_home_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="--home"):
        Home(tmp_path / "file" / "home").claim()


@pytest.mark.parametrize("name", ["home #1", "home?", "home [2]", "home*", "{home}", "ho\\me"])
def test_a_home_whose_path_is_read_as_an_address_or_a_pattern_is_wrong_use(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="may hold none of"):
        Home(tmp_path / name).claim()


def test_a_claim_leaves_its_mark_and_nothing_else(tmp_path: Path) -> None:
    Home(tmp_path).claim()
    assert [path.name for path in tmp_path.iterdir()] == [HOME_MARK]


def test_a_killed_holder_does_not_hold_the_home_for_ever(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from orchestration.defs.home import Home;"
        "lock = Home(Path(sys.argv[1])).exclusive(); lock.__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=REPOSITORY, check=False)
    assert killed.returncode == -9
    with Home(tmp_path).exclusive():
        assert (tmp_path / ".lock").exists()
