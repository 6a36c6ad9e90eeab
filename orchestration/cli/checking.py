"""`sightline check`: what would be read, and whether every dialect is valid. Nothing is run, nothing is written."""

from collections.abc import Iterator
from pathlib import Path

from orchestration.cli.inputs import paths_of, require_inputs
from orchestration.settings import InputSettings, Settings


def describe_inputs(settings: Settings) -> Iterator[str]:
    """Yield one line per thing found; raise UsageError for the first thing that is wrong."""
    require_inputs(settings)
    yield f"configuration  {settings.config or 'none, defaults and command line only'}"
    yield f"home           {settings.home}"
    for kind in InputSettings.model_fields:
        sources = getattr(settings.inputs, kind)
        file_count = sum(_count_files(path) for source in sources for path in paths_of(source))
        yield f"{kind:<14} {file_count:,} files in {len(sources)} paths"
    yield f"dialects       {', '.join(_dialect_names(settings))}"


def _count_files(path: Path) -> int:
    return sum(found.is_file() for found in path.rglob("*")) if path.is_dir() else 1


def _dialect_names(settings: Settings) -> list[str]:
    from orchestration.log_ingest.dialect_file import load_dialects

    folders = [Path(folder) for folder in settings.ingest.dialect_folders]
    return sorted(dialect.name for dialect in load_dialects(folders))
