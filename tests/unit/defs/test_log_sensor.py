"""The sensor on the logs: it asks for a run when something changed, and only then."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.home import Home
from orchestration.defs.job import build_job_defs
from orchestration.defs.logs.sensor import build_log_sensor, log_digest
from orchestration.defs.platform import Platform
from orchestration.settings import InputSettings, ScheduleSettings, Settings


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def evaluate(logs: Path, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    settings = Settings(home=logs.parent / "home", inputs=InputSettings(logs=(str(logs),)))
    sensor = build_log_sensor(Platform(settings, Home(settings.home)))
    with dg.DagsterInstance.ephemeral() as instance:
        result = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_an_empty_folder_asks_for_nothing(logs: Path) -> None:
    assert isinstance(evaluate(logs, None), dg.SkipReason)


def test_a_new_log_asks_for_one_run_and_an_unchanged_folder_for_none(logs: Path) -> None:
    (logs / "a.log").write_text("one\n", encoding="utf-8")
    first = evaluate(logs, None)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests or []) == 1
    assert isinstance(evaluate(logs, first.cursor), dg.SkipReason)


def test_a_log_that_grew_or_vanished_asks_for_a_run(logs: Path) -> None:
    log = logs / "deep" / "a.log"
    log.parent.mkdir()
    log.write_text("one\n", encoding="utf-8")
    first = log_digest([str(logs)])
    log.write_text("one\ntwo\n", encoding="utf-8")
    second = log_digest([str(logs)])
    log.unlink()
    assert len({first, second, log_digest([str(logs)])}) == 3


def test_patterns_name_the_same_files_as_folders(logs: Path) -> None:
    (logs / "a.log").write_text("one\n", encoding="utf-8")
    assert log_digest([str(logs)]) == log_digest([str(logs / "*.log")]) == log_digest([str(logs / "a.log")])


def test_the_schedule_runs_the_job_daily_in_the_chosen_time_zone() -> None:
    definitions = build_job_defs(ScheduleSettings(cron="30 4 * * *", timezone="Europe/Vienna"))
    daily, hourly = definitions.schedules or ()
    assert isinstance(daily, dg.ScheduleDefinition)
    assert isinstance(hourly, dg.ScheduleDefinition)
    assert (daily.cron_schedule, daily.execution_timezone) == ("30 4 * * *", "Europe/Vienna")
    assert (hourly.cron_schedule, hourly.execution_timezone) == ("0 * * * *", "Europe/Vienna")
