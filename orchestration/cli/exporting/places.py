"""Where an export reads and where it writes: the built home, and the file or folder that `--out` names.

Shared by all verbs of `sightline export`. Which rows are read belongs to each verb's module.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.settings import Settings

STANDARD_OUTPUT = Path("-")


def built_home(settings: Settings) -> Home:
    """Return the home; raise UsageError when no run has built a warehouse there."""
    home = Home(settings.home)
    if not home.warehouse.is_file():
        raise UsageError(f"{home.path}: nothing has been built there yet; `sightline run` does, or name another --home")
    return home


@contextmanager
def open_built(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse read-only, in UTC; raise SightlineError while a run is writing it."""
    try:
        connection = duckdb.connect(str(home.warehouse), read_only=True)
    except duckdb.Error as error:
        is_locked = "lock" in str(error)
        reason = (
            "a run is writing it; try again when that run is done" if is_locked else "is not a warehouse; run again"
        )
        raise SightlineError(f"{home.warehouse}: {reason}") from None
    with connection:
        connection.execute("set timezone = 'UTC'")
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            # A table or a column that this version reads and the one that built the warehouse did not write.
            lacking = str(error).splitlines()[0]
            raise SightlineError(f"{home.warehouse}: {lacking} `sightline run` builds it anew") from None


def write_export(content: bytes, default: Path, out: Path | None) -> Path:
    """Write one exported file and say where; `out` names a file, a folder, or standard output.

    The file appears whole or not at all.
    """
    if out == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return STANDARD_OUTPUT
    path = out / default.name if out and out.is_dir() else out or default
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another place with --out") from None
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"Wrote {path} ({len(content):,} bytes)")
    return path
