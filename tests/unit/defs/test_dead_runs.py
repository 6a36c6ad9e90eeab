"""Runs that were killed do not count as running for ever."""

from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRun

from orchestration.defs.dead_runs import COMMAND_LINE_TAGS, close_dead_runs, is_run_under_way
from orchestration.defs.home import Home

JOB = "a_job"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def begun(instance: dg.DagsterInstance, tags: dict[str, str]) -> DagsterRun:
    run = DagsterRun(job_name=JOB, tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    return run


def test_a_run_of_the_command_line_that_was_killed_is_failed_and_not_under_way(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = begun(instance, dict(COMMAND_LINE_TAGS))
        assert not is_run_under_way(instance, home, JOB)
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        assert found.status == dg.DagsterRunStatus.FAILURE


def test_a_run_that_lives_is_under_way(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance, home.running():
        begun(instance, dict(COMMAND_LINE_TAGS))
        assert is_run_under_way(instance, home, JOB)


def test_a_run_dagster_started_is_left_to_dagster(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        begun(instance, {})
        assert close_dead_runs(instance) == 0
        assert is_run_under_way(instance, home, JOB)


def test_a_second_run_says_that_it_waits(home: Home) -> None:
    said: list[str] = []

    def wait() -> None:
        said.append("waiting")
        first.__exit__(None, None, None)

    first = home.running()
    first.__enter__()
    with home.running(wait):
        assert said == ["waiting"]
