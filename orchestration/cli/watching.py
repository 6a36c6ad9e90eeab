"""`sightline watch`: the site follows the logs while they grow.

Each change is read, built and published at once; when the logs are quiet the whole run follows, with all checks. What
a refresh does is orchestration/defs/following.py; how an open page learns of it is reloading.py.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.cli.reloading import ReloadingHandler
from orchestration.cli.running import load_pipeline, run_once
from orchestration.cli.serving import open_server, url_of
from orchestration.cli.summary import require_sound_tables
from orchestration.domain.errors import SightlineError
from orchestration.interrupts import raise_if_asked
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.defs.pipeline import Pipeline

POLL_SECONDS = 1.0
# The checks take as long as a refresh: they wait until the application has nothing to say for a while.
QUIET_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Work:
    """What watching needs done, so that the loop can be tested without doing it.

    `digest` says how the logs are, `refresh` brings the site up to them and says what it found, `judge` runs
    everything.
    """

    digest: Callable[[], str]
    refresh: Callable[[], str]
    judge: Callable[[], str]


def watch_logs(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Run everything once, serve the site, and follow the logs until interrupted."""
    pipeline = load_pipeline(settings)
    run_once(pipeline)
    with open_server(pipeline.platform.home.site, port, ReloadingHandler) as server:
        threading.Thread(target=server.serve_forever, name="site", daemon=True).start()
        say(f"The site is at {url_of(server)} and follows the logs (Ctrl+C ends this)")
        follow(work_of(pipeline), threading.Event(), say)


def work_of(pipeline: "Pipeline") -> Work:
    """Return the work of watching for a pipeline that has run once."""
    from orchestration.defs.dbt.project import load_manifest
    from orchestration.defs.following import refresh
    from orchestration.defs.logs.sensor import log_digest

    platform = pipeline.platform
    manifest = load_manifest(platform.home)

    def bring_up() -> str:
        done = refresh(platform, manifest)
        return f"{done.read_file_count:,} logs read, {done.line_count:,} lines in all: published"

    def judge() -> str:
        run_once(pipeline)
        require_sound_tables(platform.home.quality)
        return "quiet: everything checked"

    return Work(lambda: log_digest(platform.settings.inputs.logs), bring_up, judge)


def follow(
    work: Work,
    stop: threading.Event,
    say: Callable[[str], None],
    poll_seconds: float = POLL_SECONDS,
    quiet_seconds: float = QUIET_SECONDS,
) -> None:
    """Follow the logs until `stop` is set; what fails is said, and tried again at the next change."""
    seen, is_judged, changed_at = work.digest(), True, time.monotonic()
    while not stop.wait(poll_seconds):
        # Taken before reading: what is written meanwhile is a further change.
        now = work.digest()
        if now != seen:
            seen, is_judged, changed_at = now, False, time.monotonic()
            say(_attempt(work.refresh))
        elif not is_judged and time.monotonic() - changed_at >= quiet_seconds:
            is_judged = True
            say(_attempt(work.judge))


def _attempt(action: Callable[[], str]) -> str:
    begun = time.monotonic()
    try:
        found = action()
    except SightlineError as error:
        raise_if_asked()
        found = f"not done: {' '.join(str(error).split())}; the site published before is still there"
    return f"{time.strftime('%H:%M:%S')}  {found}  ({time.monotonic() - begun:.1f} s)"
