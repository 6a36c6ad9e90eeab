"""Runs of the command line that ended without a word: killed, or gone with their machine.

Dagster would count them as running for ever: no scheduled run would start after them, and the sensors would wait for
their end. A run holds a lock of the home folder while it lives, so whoever can take the lock knows that none does.
"""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType

import dagster as dg

from orchestration.defs.home import Home

UNFINISHED = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
COMMAND_LINE_TAGS: Mapping[str, str] = MappingProxyType({"sightline/started_by": "command line"})


def close_dead_runs(instance: dg.DagsterInstance) -> int:
    """Mark unfinished runs of the command line as failed and return how many; for holders of the home's run lock."""
    dead = instance.get_runs(dg.RunsFilter(tags=dict(COMMAND_LINE_TAGS), statuses=UNFINISHED))
    for run in dead:
        instance.report_run_failed(run, "The process of this run ended without a word: it was killed, or its machine.")
    return len(dead)


def forget_dead_runs(home: Home) -> None:
    """Mark runs of the command line that were killed as failed, so that Dagster does not wait for their end."""
    with suppress(BlockingIOError), home.running(), dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        close_dead_runs(instance)


def is_run_under_way(instance: dg.DagsterInstance, home: Home, job_name: str) -> bool:
    """Tell whether a run of the job is under way, dead ones not counted."""
    unfinished = dg.RunsFilter(job_name=job_name, statuses=UNFINISHED)
    if not instance.get_runs_count(unfinished):
        return False
    try:
        with home.running():
            close_dead_runs(instance)
    except BlockingIOError:
        return True
    return instance.get_runs_count(unfinished) > 0
