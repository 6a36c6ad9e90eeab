"""DAGSTER_HOME is whole or is made again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.dagster_home import DAGSTER_YAML, EVENTS_DATABASE, is_whole, prepare_dagster_home
from orchestration.defs.home import Home
from orchestration.domain.errors import UsageError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DAGSTER_HOME", "restored after the test")
    return Home(tmp_path / "home")


def count_runs(home: Home) -> int:
    with dg.DagsterInstance.from_config(str(prepare_dagster_home(home))) as instance:
        return instance.get_runs_count()


def test_a_new_home_is_whole_before_it_has_its_name(home: Home) -> None:
    prepare_dagster_home(home)
    assert is_whole(home.dagster)
    assert not home.dagster.with_name("dagster.new").exists()
    assert count_runs(home) == 0


def test_what_is_there_stays(home: Home) -> None:
    with dg.DagsterInstance.from_config(str(prepare_dagster_home(home))) as instance:
        instance.add_run(dg.DagsterRun(job_name="a_job"))
    assert count_runs(home) == 1


def test_runs_are_kept_in_a_folder_with_an_odd_name_and_while_the_database_is_busy(home: Home) -> None:
    home = Home(home.path / "50% of it")
    with dg.DagsterInstance.from_config(str(prepare_dagster_home(home))) as instance:
        instance.add_run(dg.DagsterRun(job_name="a_job"))
    assert count_runs(home) == 1
    with closing(sqlite3.connect(home.dagster / EVENTS_DATABASE)) as connection:
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("begin exclusive")
        assert is_whole(home.dagster)


def test_a_database_that_was_only_begun_is_made_again(home: Home) -> None:
    home.claim()
    home.dagster.mkdir()
    (home.dagster / "dagster.yaml").write_text(DAGSTER_YAML, encoding="utf-8")
    sqlite3.connect(home.dagster / EVENTS_DATABASE).close()
    assert not is_whole(home.dagster)
    assert count_runs(home) == 0


def test_an_older_configuration_of_ours_is_brought_up_to_date_and_somebody_elses_is_kept(home: Home) -> None:
    prepare_dagster_home(home)
    configuration = home.dagster / "dagster.yaml"
    configuration.write_text(DAGSTER_YAML.splitlines()[0] + "\nnux: {enabled: true}\n", encoding="utf-8")
    prepare_dagster_home(home)
    assert configuration.read_text(encoding="utf-8") == DAGSTER_YAML
    configuration.write_text("nux: {enabled: true}\n", encoding="utf-8")
    prepare_dagster_home(home)
    assert configuration.read_text(encoding="utf-8") == "nux: {enabled: true}\n"


def test_files_of_others_in_its_place_are_neither_removed_nor_moved(home: Home) -> None:
    home.claim()
    home.dagster.mkdir()
    (home.dagster / "pipeline.py").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="did not write"):
        prepare_dagster_home(home)
    assert (home.dagster / "pipeline.py").read_text(encoding="utf-8") == "mine"
    assert not home.dagster.with_name("dagster.new").exists()
