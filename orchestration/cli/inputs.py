"""What the settings name, looked at before anything is done: paths that do not exist are wrong use.

Whether a file is a log is decided by log ingest; here a path only has to lead to something.
"""

import os
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.defs.home import Home
from orchestration.domain.amounts import named
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.home_mark import home_holding
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.log_ingest.discovery import Discovery, LogSource
    from orchestration.log_ingest.looking import Look

NAMED_LOOKS = 3


def require_inputs(settings: Settings) -> None:
    """Raise UsageError for the first input that leads nowhere, or when there is no log to read."""
    for kind, sources in settings.inputs.by_kind().items():
        for source in sources:
            if not any(paths_of(source)):
                raise UsageError(f"{source}: {_missing(source)}; correct {_where(kind)}")
            if home_holding(Path(source)) is not None:
                raise UsageError(f"{source}: lies in Sightline's own home folder; correct {_where(kind)}")
    for folder in settings.ingest.dialect_folders:
        if not Path(folder).is_dir():
            raise UsageError(f"{folder}: no such folder; correct dialect_folders under [ingest]")
    if settings.inputs.accepted_deviations:
        # PyArrow is loaded only for who has such files.
        from orchestration.defs.project.accepted_deviations import read_accepted_deviations

        read_accepted_deviations(settings.inputs.accepted_deviations)
    if not settings.inputs.logs:
        raise UsageError(
            "no logs are given; name them with --logs, or as logs = [...] under [inputs] of sightline.toml"
        )


def _where(kind: str) -> str:
    """Say where an input is named; not all have an option."""
    in_file = f"{kind} under [inputs]"
    return in_file if kind == "accepted_deviations" else f"--{kind}, or {in_file}"


def require_logs(settings: Settings) -> "Discovery":
    """Return the logs that would be read; raise SightlineError when there is none.

    An empty folder may fill while it is watched; who runs once is told before anything heavy is loaded.
    """
    from orchestration.defs.logs.redaction_key import known_key
    from orchestration.log_ingest.discovery import discover
    from orchestration.log_ingest.redaction import redact_names
    from orchestration.redaction.redactor import Redactor
    from orchestration.redaction.rules import chosen_rules

    found = discover(settings.inputs.logs, dialect_folders(settings), follow_links=settings.inputs.follow_links)
    # The tables know logs by these names only.
    key = known_key(settings, Home(settings.home))
    return redact_names(Redactor(chosen_rules(settings.redaction.groups), key), found)


def require_any_read(logs: "Sequence[LogSource]", settings: Settings) -> None:
    """Raise SightlineError when a run would make no record of any log."""
    from orchestration.log_ingest.looking import is_any_read, look_at_logs
    from orchestration.log_ingest.options import IngestOptions

    options = IngestOptions(dialect_folders=dialect_folders(settings))
    if not is_any_read(logs, options, Home(settings.home).lake):
        raise nothing_is_read(list(look_at_logs(logs, options)))


def nothing_is_read(looks: "Sequence[Look]") -> SightlineError:
    """Return the error that names what was looked at, and what to do."""
    why = named([f"{look.log_file_path}: {look.words}" for look in looks], NAMED_LOOKS, "; ")
    count = "the only log given" if len(looks) == 1 else f"none of the {len(looks):,} logs given"
    verb = "cannot be read" if len(looks) == 1 else "can be read"
    return SightlineError(
        f"Nothing to read: {count} {verb} ({why}). Give other logs, or describe theirs in a dialect file."
    )


def dialect_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of the user's own dialects."""
    return tuple(Path(folder) for folder in settings.ingest.dialect_folders)


def paths_of(source: str) -> Iterator[Path]:
    """Yield the existing paths a file, folder or glob names."""
    # Not Path.exists: a name that no file can have, one too long, leads nowhere too.
    exists = os.path.exists
    names = glob(source, recursive=True) if has_magic(source) and not exists(source) else [source]
    yield from map(Path, filter(exists, names))


def _missing(source: str) -> str:
    return "the pattern matches no file" if has_magic(source) else "no such file or folder"
