"""Running the whole job in this process, for the command line.

Dagster's own instance in the home folder records the run, so that it is seen later in the UI like a scheduled one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg

from orchestration.defs.dagster_home import prepare_dagster_home
from orchestration.defs.dead_runs import COMMAND_LINE_TAGS, close_dead_runs
from orchestration.defs.forgetting import begin_forgetting, end_forgetting, forget_runs, forget_words, is_forgetting
from orchestration.defs.job import JOB_NAME
from orchestration.defs.platform import Platform
from orchestration.defs.progress import StepNews, step
from orchestration.defs.proving.scratch import remove_left_scratch
from orchestration.defs.quality.line_counts import LINE_COUNT_CHECK
from orchestration.defs.up_to_date import is_up_to_date
from orchestration.domain.tables import RAW_TABLES
from orchestration.interrupts import raise_if_asked
from orchestration.lake import ensure_table

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
    with _instance(platform) as instance:
        if is_forgetting(platform.home):
            forget_runs(instance)
        job = _Job(pipeline)
        failures = _run(job.reading(), instance)
        if failures:
            return failures
        if not is_forgetting(platform.home) and is_up_to_date(platform):
            with step("publish site", platform.listener) as going:
                going.say("nothing changed since it was published")
            return []
        return _published(job, instance)


def forget_in_home(pipeline: Pipeline, remove: Callable[[], None]) -> list[Failure]:
    """Have logs removed from the lake, and from all that was made of them; return the steps that failed.

    Nothing is read. What is not done because a step failed, or the process was ended, is done by the next run.
    """
    home = pipeline.platform.home
    with _instance(pipeline.platform) as instance:
        with home.exclusive():
            begin_forgetting(home)
            remove()
            for table in RAW_TABLES:
                # In a home of an earlier version one may be missing, and nothing is read here that would make it.
                ensure_table(home.lake, table)
        forget_runs(instance)
        return _published(_Job(pipeline), instance)


@contextmanager
def _instance(platform: Platform) -> Iterator[dg.DagsterInstance]:
    """Open Dagster's instance as the one run of the command line in this home; close runs that were killed."""
    folder = str(prepare_dagster_home(platform.home))
    with platform.home.running(lambda: _say_waiting(platform)), dg.DagsterInstance.from_config(folder) as instance:
        close_dead_runs(instance)
        remove_left_scratch(platform.home)
        yield instance


class _Job:
    """The job that publishes the site, in the parts it is run in."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.platform = pipeline.platform
        self._job = pipeline.definitions.resolve_job_def(JOB_NAME)
        self._assets = set(self._job.asset_layer.executable_asset_keys)
        self._checks = set(self._job.asset_layer.asset_graph.asset_check_keys)
        self._counting = {key for key in self._checks if key.name == LINE_COUNT_CHECK}

    def reading(self) -> dg.JobDefinition:
        """Return what reads logs and code."""
        return self._part(self._of("raw"), self._counting)

    def rest(self) -> dg.JobDefinition:
        """Return all that is made of what was read."""
        return self._part(self._assets - self._of("raw"), self._checks - self._counting)

    def tables(self) -> dg.JobDefinition:
        """Return the rest without the pages."""
        return self._part(self._assets - self._of("raw") - self._of("site"), self._checks - self._counting)

    def pages(self) -> dg.JobDefinition:
        """Return what publishes the site."""
        return self._part(self._of("site"), set())

    def _of(self, layer: str) -> set[dg.AssetKey]:
        return {key for key in self._assets if key.path[0] == layer}

    def _part(self, assets: set[dg.AssetKey], checks: set[dg.AssetCheckKey]) -> dg.JobDefinition:
        return self._job.get_subset(asset_selection=assets, asset_check_selection=checks)


def _published(job: _Job, instance: dg.DagsterInstance) -> list[Failure]:
    home = job.platform.home
    if not is_forgetting(home):
        return _run(job.rest(), instance)
    failures = _run(job.tables(), instance)
    if failures:
        return failures
    with home.exclusive():
        forget_words(home)
    failures = _run(job.pages(), instance)
    if not failures:
        with home.exclusive(), step("clean databases", job.platform.listener):
            end_forgetting(home)
    return failures


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
    failures += [
        Failure(LINE_COUNT_CHECK, "Failure", str(check.description))
        for check in result.get_asset_check_evaluations()
        if check.check_name == LINE_COUNT_CHECK and not check.passed
    ]
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
