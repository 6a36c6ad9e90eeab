"""The sensor on the code: asks for a run when another commit is checked out, and only then.

Code outside of a git repository has no commits to follow: it is scanned with every run, and that is all.
"""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import dagster as dg

from orchestration.code_scan.repository import head_commit
from orchestration.defs.dead_runs import is_run_under_way
from orchestration.defs.job import JOB_NAME
from orchestration.defs.platform import Platform

# Commits are rarer than log lines.
INTERVAL_SECONDS = 60


def build_code_sensor(platform: Platform) -> dg.SensorDefinition:
    """Return the sensor on the configured code."""

    @dg.sensor(
        name="code_changed",
        job_name=JOB_NAME,
        minimum_interval_seconds=INTERVAL_SECONDS,
        description="Runs everything when another commit of the code is checked out.",
    )
    def code_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        digest = commit_digest(platform.settings.inputs.code)
        if not digest:
            return dg.SkipReason("The code is in no git repository.")
        if digest == context.cursor:
            return dg.SkipReason("No other commit is checked out.")
        if context.cursor is None:
            # Switched on just now: what is checked out is what the last run saw, as far as anybody knows.
            return dg.SensorResult(run_requests=[], cursor=digest)
        if is_run_under_way(context.instance, platform.home, JOB_NAME):
            return dg.SkipReason("A run is under way; the commit is read after it.")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"code-{digest}")], cursor=digest)

    return code_changed


def commit_digest(folders: Iterable[str]) -> str:
    """Return a digest of the commits checked out in the folders; empty when none is in a repository."""
    commits = [head_commit(Path(folder)) for folder in sorted(set(folders))]
    return blake2b("\n".join(commits).encode(), digest_size=16).hexdigest() if any(commits) else ""
