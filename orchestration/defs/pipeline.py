"""Running the whole job in this process, for the command line.

Dagster's own instance in the home folder records the run, so that it is seen later in the UI like a scheduled one.
"""

from dataclasses import dataclass

import dagster as dg

from orchestration.defs.dagster_home import prepare_dagster_home
from orchestration.defs.dead_runs import COMMAND_LINE_TAGS, close_dead_runs
from orchestration.defs.job import JOB_NAME
from orchestration.defs.platform import Platform
from orchestration.defs.progress import StepNews, step
from orchestration.defs.quality.line_counts import LINE_COUNT_CHECK
from orchestration.defs.up_to_date import is_up_to_date
from orchestration.interrupts import raise_if_asked

# What Dagster wraps around the error that a step raised.
WRAPPERS = frozenset({"DagsterExecutionStepExecutionError"})


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a run needs, made once: to load it takes longer than a run with nothing new."""

    platform: Platform
    definitions: dg.Definitions


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: the error's class by name, and its words."""

    step_name: str
    error_class: str
    message: str


def run_job(pipeline: Pipeline) -> list[Failure]:
    """Run the job that publishes the site; return the steps that failed, none when all is well.

    One run of the command line at a time; a second waits. In two parts: first what reads logs and code, then the rest,
    unless it is up to date. To report 150 unchanged assets and checks to Dagster would take longer than to find out
    that they are unchanged.
    """
    platform = pipeline.platform
    folder = str(prepare_dagster_home(platform.home))
    job = pipeline.definitions.resolve_job_def(JOB_NAME)
    assets = set(job.asset_layer.executable_asset_keys)
    checks = set(job.asset_layer.asset_graph.asset_check_keys)
    reading = {key for key in assets if key.path[0] == "raw"}
    counting = {key for key in checks if key.name == LINE_COUNT_CHECK}
    with platform.home.running(lambda: _say_waiting(platform)), dg.DagsterInstance.from_config(folder) as instance:
        close_dead_runs(instance)
        failures = _run(job.get_subset(asset_selection=reading, asset_check_selection=counting), instance)
        if failures:
            return failures
        if is_up_to_date(platform):
            with step("publish site", platform.listener) as going:
                going.say("nothing changed since it was published")
            return []
        return _run(job.get_subset(asset_selection=assets - reading, asset_check_selection=checks - counting), instance)


def _say_waiting(platform: Platform) -> None:
    text = "another run works in this home folder: waiting for its end"
    platform.listener(StepNews("wait", text, seconds=0, is_done=True))


def _run(job: dg.JobDefinition, instance: dg.DagsterInstance) -> list[Failure]:
    try:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags=dict(COMMAND_LINE_TAGS),
            # The log of a run is kept in the instance; the terminal shows the steps.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None
    # Between two steps Dagster takes a signal and forgets it.
    raise_if_asked()
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
