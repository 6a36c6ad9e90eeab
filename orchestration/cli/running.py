"""`sightline run`: the same job Dagster schedules, in this process, with progress and a summary."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestration.cli.baselines import print_comparison
from orchestration.cli.exporting.places import open_built
from orchestration.cli.gates import chosen_baseline, judged_logs
from orchestration.cli.inputs import require_any_read, require_inputs, require_logs
from orchestration.cli.progress_lines import ProgressLines
from orchestration.cli.summary import describe_failed_tests, describe_findings, require_sound_tables
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.defs.progress import step
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.refusals import advice_on
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.defs.pipeline import Failure, Pipeline

# Errors that mean wrong use, wherever in the run they are found.
USAGE_ERRORS = frozenset({"UsageError", "DialectError"})


def run_pipeline(settings: Settings) -> None:
    """Run everything and print what was found; raise UsageError or SightlineError when a step failed."""
    require_inputs(settings)
    Home(settings.home).examine()
    require_any_read(require_logs(settings).logs, settings)
    baseline = chosen_baseline(settings)
    pipeline = load_pipeline(settings)
    run_once(pipeline)
    home = pipeline.platform.home
    for line in (*describe_findings(home.published), *describe_failed_tests(home.quality)):
        print(f"  {line}")
    if baseline is not None:
        with open_built(home) as connection:
            print_comparison(connection, baseline, judged_logs(connection, settings))
    print(f"The site is at {home.site / 'index.html'}")
    require_sound_tables(home.quality)


def load_pipeline(settings: Settings) -> "Pipeline":
    """Load all definitions; raise UsageError for settings no run can work with."""
    require_inputs(settings)
    return open_pipeline(settings, Home(settings.home, settings.shared_home))


def open_pipeline(settings: Settings, home: Home) -> "Pipeline":
    """Load all definitions, whether or not there is anything to read."""
    home.claim()
    listener = ProgressLines()
    with told_of(home), step("start", listener):
        # Heavy imports, after everything that can be wrong without them.
        from orchestration.definitions import build_defs
        from orchestration.defs.pipeline import Pipeline

        return Pipeline(Platform(settings, home, listener), build_defs(settings, listener=listener))


def run_once(pipeline: "Pipeline") -> None:
    """Run everything; raise UsageError or SightlineError when a step failed."""
    from orchestration.defs.pipeline import run_job

    home = pipeline.platform.home
    kept = "the site published before is still there"
    with told_of(home):
        failures = run_job(pipeline)
    explained(failures, lambda: kept if (home.site / "index.html").is_file() else "")


@contextmanager
def told_of(home: Home) -> Iterator[None]:
    """Raise SightlineError, with the home and what to do, where the machine refuses: a full disk, a lock."""
    try:
        yield
    except Exception as error:
        advice = advice_on(str(error))
        if isinstance(error, SightlineError) or advice is None:
            raise
        # The first line: SQLAlchemy adds the statement and an address.
        raise SightlineError(f"{home.path} cannot be used ({str(error).splitlines()[0]}); {advice}") from None


def explained(failures: "Sequence[Failure]", kept: Callable[[], str]) -> None:
    """Raise UsageError or SightlineError for the first step that failed, with what is kept all the same."""
    if failures:
        first = failures[0]
        if first.error_class in USAGE_ERRORS:
            raise UsageError(first.message)
        advice = advice_on(first.message)
        message = f"{first.step_name}: {first.message}" + (f"; {advice}" if advice else "")
        raise SightlineError(message + (f" ({words})" if (words := kept()) else ""))
