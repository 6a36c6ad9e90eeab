"""What the command `prove` sees to around the measuring."""

from pathlib import Path

import pytest

from orchestration.cli.proving import prove_accuracy
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.proving import proving
from orchestration.domain.errors import UsageError
from orchestration.settings import Settings


def test_no_run_and_no_second_prove_works_in_the_home_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(platform: Platform, choice: proving.Choice) -> dict[str, object]:
        with pytest.raises(BlockingIOError), Home(platform.home.path).running():
            pass
        raise UsageError("nothing to measure")

    monkeypatch.setattr(proving, "prove", measure)
    (tmp_path / "logs").mkdir()
    settings = Settings.model_validate({"home": tmp_path / "home", "inputs": {"logs": [str(tmp_path / "logs")]}})
    with pytest.raises(UsageError, match="nothing to measure"):
        prove_accuracy(settings, 1, 1, as_json=True, say=print)
