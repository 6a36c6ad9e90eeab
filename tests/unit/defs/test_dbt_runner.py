"""How dbt is run in this process."""

import os
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.defs.dbt import runner
from orchestration.defs.home import Home


def test_an_interrupt_that_dbt_hands_over_is_an_interrupt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Interrupted:
        def invoke(self, arguments: list[str]) -> SimpleNamespace:
            return SimpleNamespace(exception=KeyboardInterrupt(), result=None)

    monkeypatch.setattr("dbt.cli.main.dbtRunner", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        runner.write_manifest(Home(tmp_path))


def test_the_place_of_the_lake_may_stand_between_quotes_of_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIGHTLINE_LAKE", raising=False)
    home = Home(tmp_path / "o'brien")
    (home.lake / "raw").mkdir(parents=True)
    with runner._environment(home), duckdb.connect() as connection:
        lake = os.environ["SIGHTLINE_LAKE"]
        connection.execute(f"copy (select 1 as n) to '{lake}/raw/one.parquet'")
    assert (home.lake / "raw" / "one.parquet").is_file()
    assert "SIGHTLINE_LAKE" not in os.environ
