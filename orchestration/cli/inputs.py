"""What the settings name, looked at before anything is done: paths that do not exist are wrong use.

Whether a file is a log is decided by log ingest; here a path only has to lead to something.
"""

from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path

from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import home_holding
from orchestration.settings import Settings


def require_inputs(settings: Settings) -> None:
    """Raise UsageError for the first input that leads nowhere, or when there is no log to read."""
    for kind, sources in settings.inputs.by_kind().items():
        for source in sources:
            if not any(paths_of(source)):
                raise UsageError(f"{source}: {_missing(source)}; correct --{kind}, or {kind} under [inputs]")
            if home_holding(Path(source)) is not None:
                raise UsageError(
                    f"{source}: lies in Sightline's own home folder; correct --{kind}, or {kind} under [inputs]"
                )
    for folder in settings.ingest.dialect_folders:
        if not Path(folder).is_dir():
            raise UsageError(f"{folder}: no such folder; correct dialect_folders under [ingest]")
    if not settings.inputs.logs:
        raise UsageError(
            "no logs are given; name them with --logs, or as logs = [...] under [inputs] of sightline.toml"
        )


def require_logs(settings: Settings) -> int:
    """Return how many logs would be read; raise UsageError when there is none.

    An empty folder may fill while it is watched; who runs once is told before anything heavy is loaded.
    """
    from orchestration.log_ingest.discovery import discover_logs

    return len(discover_logs(settings.inputs.logs, follow_links=settings.inputs.follow_links))


def paths_of(source: str) -> Iterator[Path]:
    """Yield the existing paths a file, folder or glob names."""
    names = glob(source, recursive=True) if has_magic(source) and not Path(source).exists() else [source]
    yield from (path for path in map(Path, names) if path.exists())


def _missing(source: str) -> str:
    return "the pattern matches no file" if has_magic(source) else "no such file or folder"
