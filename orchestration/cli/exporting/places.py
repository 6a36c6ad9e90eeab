"""Where an export reads and where it writes: the home, and the file or folder that `--out` names.

Shared by all verbs of `sightline export`. Which rows are read belongs to each verb's module.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from orchestration.cli.exporting.own_files import remember, require_own
from orchestration.defs.fingerprint import read_record
from orchestration.defs.home import Home
from orchestration.defs.home_claim import examine
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.home_mark import home_holding
from orchestration.settings import Settings
from orchestration.warehouse import Connection, TablesError, open_tables
from orchestration.whole_files import written_whole

STANDARD_OUTPUT = Path("-")
# What exports wrote, below the home.
EXPORTS_RECORD = "records/exports.jsonl"


def built_home(settings: Settings) -> Home:
    """Return the home; raise UsageError when no run has published tables there."""
    home = Home(settings.home, settings.shared_home)
    if home.warehouse.is_file() and not home.published.is_file():
        raise UsageError(
            f"{home.path}: its last run did not finish, or was one of another version of Sightline; "
            "`sightline run` publishes its tables"
        )
    if not home.published.is_file():
        raise UsageError(f"{home.path}: nothing has been built there yet; `sightline run` does, or name another --home")
    return home


@contextmanager
def opened_home(settings: Settings) -> Iterator[Home]:
    """Hold the right to write into the home, made first where there is none yet."""
    home = Home(settings.home, settings.shared_home)
    with home.exclusive():
        yield home


@contextmanager
def open_built(home: Home) -> Iterator[Connection]:
    """Open the tables of a home; raise SightlineError, with why and what to do, when they are not those read here."""
    try:
        with open_tables(home.published) as connection:
            yield connection
    except TablesError as error:
        if error.problem != "layout":
            raise
        raise SightlineError(f"{home.path}: {_why_unreadable(home, error)}; `sightline run` renews them") from None


def _why_unreadable(home: Home, error: TablesError) -> str:
    """Say why a table or a column that this version reads is not there."""
    from orchestration.defs.dbt.project import models_fingerprint

    if read_record(home.records / "models.json").get("fingerprint") != models_fingerprint():
        return "its tables were built by another version of Sightline, and have another layout"
    if not (home.records / "warehouse.json").is_file():
        return "its tables are not complete: the last run did not finish them"
    return f"its tables cannot be read ({error.reason})"


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has enough (`| head`). What Python would still flush at its end has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def open_export(default: Path, out: Path | None) -> Iterator[BinaryIO]:
    """Open one exported file to write into, and say where it is; `out` names a file, a folder, or standard output.

    The file appears whole or not at all. In a folder of the user's only what an export wrote before is replaced.
    """
    if out == STANDARD_OUTPUT:
        with _standard_output() as file:
            yield file
        return
    home = home_holding(default)
    record = home / EXPORTS_RECORD if home else None
    path = out / default.name if out and out.is_dir() else out or default
    if path.parent == out:
        require_own(path, record)
    try:
        with _modes_of(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(path) as unfinished, unfinished.open("wb") as file:
                yield file
                byte_count = file.tell()
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another place with --out") from None
    if record and (path.parent == out or out is None):
        remember(path, record)
    print(f"Wrote {path} ({byte_count:,} bytes)")


def write_export(content: bytes, default: Path, out: Path | None) -> None:
    """Write one exported file that is in memory already, as `open_export` does."""
    with open_export(default, out) as file:
        file.write(content)


def _modes_of(path: Path) -> AbstractContextManager[None]:
    """Write privately in a home that is not shared, and as the user does everywhere else."""
    home = home_holding(path)
    return nullcontext() if home is None else Home(home, bool(examine(home))).private()
