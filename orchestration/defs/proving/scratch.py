"""The scratch home in which broken copies are judged: a copy of the user's lake and warehouse, gone afterwards.

Nothing of it is ever seen by the user's own lake, warehouse, site or exports. It lies below the home, readable by its
owner only: broken copies hold the log's own text, before secrets are replaced.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration.defs.home import Home
from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.home_mark import HOME_MARK
from orchestration.whole_files import remove_own_folder

# All that stands in a scratch home; it may be half removed.
_NAMES = frozenset(
    {"lake", "logs", "dbt", "records", "warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.duckdb.tmp"}
    | {".lock", HOME_MARK}
)


@contextmanager
def scratch_home(home: Home) -> Iterator[Home]:
    """Make a scratch home from a home, and remove it however the work ends; what a killed run left is removed first."""
    scratch = Home(home.scratch)
    _remove(scratch.path)
    try:
        scratch.path.mkdir(mode=0o700, parents=True)
        _copy_lake(home.lake, scratch.lake)
        shutil.copyfile(home.warehouse, scratch.warehouse)
        if home.dbt_target.is_dir():
            shutil.copytree(home.dbt_target, scratch.dbt_target)
        yield scratch
    except OSError as error:
        raise SightlineError(f"{scratch.path} cannot be written ({error.strerror}); make room there") from None
    finally:
        _remove(scratch.path)


def remove_left_scratch(home: Home) -> None:
    """Remove what a prove that was killed left: logs with their secrets. For holders of the home's run lock."""
    with suppress(UsageError):
        _remove(home.scratch)


def _copy_lake(lake: Path, copy: Path) -> None:
    """Copy the lake; its files are never changed in place, so a second name for the same bytes is a copy."""

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
        return target

    shutil.copytree(lake, copy, copy_function=link)


def _remove(path: Path) -> None:
    remove_own_folder(path, lambda folder: all(_is_ours(entry.name) for entry in folder.iterdir()))


def _is_ours(name: str) -> bool:
    return name in _NAMES or (name.startswith(".") and name.endswith(".tmp"))
