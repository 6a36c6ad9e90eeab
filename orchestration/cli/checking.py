"""`sightline check`: what would be read, and whether every dialect is valid. Nothing is run, nothing is written."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from orchestration.cli.code_looks import describe_code
from orchestration.cli.exporting.places import open_built
from orchestration.cli.inputs import paths_of, require_inputs, require_logs
from orchestration.cli.log_looks import describe_logs
from orchestration.cli.summary import unmatched_budgets
from orchestration.defs.home import Home
from orchestration.domain.amounts import counted
from orchestration.domain.errors import SightlineError
from orchestration.domain.home_mark import walk_outside_homes
from orchestration.settings import Settings
from orchestration.settings_budgets import list_limits


def describe_inputs(settings: Settings) -> Iterator[str]:
    """Yield one line per thing found; raise UsageError for the first thing that is wrong."""
    require_inputs(settings)
    Home(settings.home).examine()
    yield f"configuration  {settings.config or 'none, defaults and command line only'}"
    yield f"home           {settings.home}"
    found = require_logs(settings)
    yield f"logs           {counted(len(found.logs), 'file')} in {counted(len(settings.inputs.logs), 'path')}"
    for kind, sources in settings.inputs.by_kind().items():
        if kind != "logs":
            given = f"{counted(_count_files(sources), 'file')} in {counted(len(sources), 'path')}"
            yield f"{kind.replace('_', ' '):<14} {given if sources else 'none given'}"
    yield from describe_code(settings)
    yield f"dialects       {', '.join(_dialect_names(settings))}"
    yield from _budget_lines(settings)
    yield from describe_logs(found, settings)


def _count_files(sources: Iterable[str]) -> int:
    """Return how many files are under some paths, each counted once."""
    return len({file.resolve() for source in sources for path in paths_of(source) for file in _files_under(path)})


def _files_under(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for parent, _, names in walk_outside_homes(path):
        yield from (file for file in (Path(parent, name) for name in names) if file.is_file())


def _dialect_names(settings: Settings) -> list[str]:
    from orchestration.log_ingest.dialect_file import load_dialects

    folders = [Path(folder) for folder in settings.ingest.dialect_folders]
    return sorted(dialect.name for dialect in load_dialects(folders))


def _budget_lines(settings: Settings) -> Iterator[str]:
    """Yield how many limits are set, and those that were about nothing in the run before."""
    limits = list(list_limits(settings.budgets))
    yield f"budgets        {counted(len(limits), 'limit')}"
    home = Home(settings.home)
    if limits and home.published.is_file():
        set_now = {limit[-1] for limit in limits}
        # What was built by an earlier version, or is being built, says nothing of budgets.
        with suppress(SightlineError), open_built(home) as connection:
            yield from [line for key, line in unmatched_budgets(connection) if key in set_now]
