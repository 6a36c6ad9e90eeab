"""Running the whole job in this process, for the command line.

Dagster's own instance in the home folder records the run, so that it is seen later in the UI like a scheduled one.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from orchestration.defs.home import Home
from orchestration.defs.job import JOB_NAME

DAGSTER_YAML = """\
# Written by Sightline. Nothing is sent anywhere; runs wait for each other, because each uses the whole machine.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1
    granularity: op
# One file for the events of all runs: opening a file per run and event cost a third of a run with nothing new.
event_log_storage:
  module: dagster._core.storage.event_log
  class: ConsolidatedSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_HOME
"""

# What Dagster wraps around the error that a step raised.
WRAPPERS = frozenset({"DagsterExecutionStepExecutionError"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: the error's class by name, and its words."""

    step_name: str
    error_class: str
    message: str


def prepare_dagster_home(home: Home) -> Path:
    """Create DAGSTER_HOME with its configuration and return it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        path.write_text(DAGSTER_YAML, encoding="utf-8")
    return home.dagster


def run_job(definitions: dg.Definitions, home: Home) -> list[Failure]:
    """Run the job that publishes the site; return the steps that failed, none when all is well."""
    folder = str(prepare_dagster_home(home))
    # The log of this run must not go to the terminal, which shows the steps; it is kept in the instance.
    os.environ["DAGSTER_HOME"] = folder
    with dg.DagsterInstance.from_config(folder) as instance:
        result = definitions.resolve_job_def(JOB_NAME).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    failures = [_failure(event) for event in result.all_events if event.is_step_failure]
    if not result.success and not failures:
        failures = [Failure("run", "Failure", "the run did not succeed; `sightline ui` shows why")]
    return failures


def _failure(event: dg.DagsterEvent) -> Failure:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None and error.cls_name in WRAPPERS:
        error = error.cause
    if error is None:
        return Failure(str(event.step_key), "Failure", "no reason was given")
    # Dagster's message begins with the full name of the class.
    message = error.message.partition(": ")[2] or error.message
    return Failure(str(event.step_key), str(error.cls_name), message.strip())
