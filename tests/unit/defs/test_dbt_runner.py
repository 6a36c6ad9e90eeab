"""How dbt is run in this process."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.defs.dbt import runner
from orchestration.defs.home import Home


def test_an_interrupt_that_dbt_hands_over_is_an_interrupt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Interrupted:
        def invoke(self, arguments: list[str]) -> SimpleNamespace:
            return SimpleNamespace(exception=KeyboardInterrupt(), result=None)

    monkeypatch.setattr("dbt.cli.main.dbtRunner", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        runner.run_dbt([], Home(tmp_path))
