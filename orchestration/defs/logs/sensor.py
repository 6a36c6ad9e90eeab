"""The sensor on the logs: asks for a run when a log appeared, grew or vanished, and only then.

The cursor is a digest of names, sizes and modification times; nothing is read. Which files count as logs is decided
at ingest: here every file under the configured paths counts.
"""

from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from hashlib import blake2b
from pathlib import Path

import dagster as dg

from orchestration.defs.dead_runs import is_run_under_way
from orchestration.defs.job import JOB_NAME
from orchestration.defs.platform import Platform
from orchestration.domain.home_mark import walk_outside_homes

# Half a minute is quicker than anybody waits for a site, and slow enough for a folder on a network drive.
INTERVAL_SECONDS = 30


def build_log_sensor(platform: Platform) -> dg.SensorDefinition:
    """Return the sensor on the configured logs."""

    @dg.sensor(
        name="logs_changed",
        job_name=JOB_NAME,
        minimum_interval_seconds=INTERVAL_SECONDS,
        description="Runs everything when a log appeared, grew or vanished.",
    )
    def logs_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        digest = log_digest(platform.settings.inputs.logs)
        if digest == context.cursor:
            return dg.SkipReason("No log changed.")
        if digest == log_digest(()):
            return dg.SkipReason("There is no log yet.")
        if is_run_under_way(context.instance, platform.home, JOB_NAME):
            return dg.SkipReason("A run is under way; what changed since is read after it.")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest)], cursor=digest)

    return logs_changed


def log_digest(sources: Iterable[str]) -> str:
    """Return a digest of the names, sizes and modification times of all files the sources name."""
    digest = blake2b(digest_size=16)
    for path in sorted({path for source in sources for path in _files(source)}):
        try:
            status = path.stat()
        except OSError:  # removed, or made unreadable, since the folder was listed
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(source: str) -> Iterator[Path]:
    for name in glob(source, recursive=True) if has_magic(source) else [source]:
        path = Path(name)
        yield from _files_under(path) if path.is_dir() else [path]


def _files_under(folder: Path) -> Iterator[Path]:
    # Past the homes of ours, which every run changes: each would ask for the next.
    for parent, _, names in walk_outside_homes(folder):
        yield from (path for path in (Path(parent, name) for name in names) if path.is_file())
