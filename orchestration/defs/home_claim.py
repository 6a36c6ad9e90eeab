"""Whether a folder may be a home, and making it one: the mark, the refusals, and who may read what stands in it.

A folder that holds anything is a home only if it says so (orchestration/domain/home_mark.py), or if an earlier version,
which left no mark, made it: its lake tells. Everything else is refused before anything is written. The places in a
home, and who may write there now, are home.py's.
"""

import os
import stat
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.home_mark import HOME_FOLDERS, HOME_MARK, HOME_VERSION
from orchestration.domain.refusals import advice_on
from orchestration.domain.tables import RAW_TABLES
from orchestration.lake import SCHEMA_FILE_NAME, table_folder
from orchestration.whole_files import write_whole

ANOTHER = "choose another with --home"
# What a folder may hold and still count as empty: a key brought along, and what volumes and git leave in one.
BROUGHT_ALONG = frozenset({"redaction.key", "lost+found", ".gitignore", ".gitkeep"})
# What the first seconds of a run of an earlier version leave, before there is a lake.
EARLY_LOCKS = frozenset({".lock", ".run.lock", ".dagster.lock"})
EARLY_NAMES = EARLY_LOCKS | {"dagster", "dagster.new", "dbt", "quality", "records", "lake"}
# Written under these names, and never through a link that stands there. `exports` is the user's to lead elsewhere.
OWN_NAMES = HOME_FOLDERS - {"exports"} | {"warehouse.duckdb", "published.duckdb", "redaction.key"}
# dbt and Dagster read the places of their databases as addresses, which end at # and ?; DuckDB reads the names of
# files as patterns, dbt those of sources as templates.
_SIGNS = frozenset("#?*[{}\\")
SECRET_NAMES = frozenset({"redaction.key", *EARLY_LOCKS})


def claim(path: Path, is_shared: bool) -> None:
    """Make the folder a home, or find that it is one; raise UsageError when it is neither, or cannot be written."""
    mark = examine(path)
    try:
        if mark is None and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o777 if is_shared else 0o700, exist_ok=True)
        with TemporaryFile(dir=path):
            pass
        if mark is None or mark != is_shared:
            _set_modes(path, is_shared)
            write_whole(path / HOME_MARK, _mark_text(is_shared).encode())
            (path / HOME_MARK).chmod(_mode(0o666, is_shared))
    except OSError as error:
        # A disk that is full or read-only is nobody's wrong use; a path that can be no folder is.
        kind = SightlineError if advice_on(str(error.strerror)) else UsageError
        raise kind(f"{path}: the home folder cannot be written ({error.strerror}); {ANOTHER}") from None


def examine(path: Path) -> bool | None:
    """Return whether the home is shared, None when it is still to be made or marked; write nothing.

    Raise UsageError when the folder is not a home and may not become one.
    """
    _require_possible(path)
    if not path.exists():
        return None
    try:
        names = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise UsageError(f"{path}: the home folder cannot be read ({error.strerror}); {ANOTHER}") from None
    for name in sorted(OWN_NAMES & names):
        if (path / name).is_symlink():
            raise UsageError(
                f"{path / name}: is a link where Sightline writes; remove it, or move the whole home with --home"
            )
    if HOME_MARK in names:
        return _read_mark(path / HOME_MARK)
    # What another process is about to mark counts for nothing.
    held = {name for name in names if not name.startswith(f".{HOME_MARK}.")} - BROUGHT_ALONG
    # Marked since it was listed: two runs may begin in the same new folder.
    if not held or (path / HOME_MARK).exists() or _is_earlier_home(path, held):
        return None
    raise UsageError(
        f"{path}: holds files and is no home of Sightline (no {HOME_MARK}); name a new or empty folder with --home"
    )


def _require_possible(path: Path) -> None:
    if _SIGNS & set(str(path.absolute())):
        raise UsageError(f"{path}: the home folder's path may hold none of {' '.join(sorted(_SIGNS))}; {ANOTHER}")
    real = path.resolve()
    if real == Path(real.anchor):
        raise UsageError(f"{path}: is the whole file system, not a folder for Sightline's state; {ANOTHER}")
    with suppress(RuntimeError):  # a user without a home folder
        if real == Path.home().resolve():
            raise UsageError(f"{path}: is your own home folder, not one for Sightline's state; {ANOTHER}")
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{path}: is a link that leads nowhere; correct it, or {ANOTHER}")
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path}: is a file, not a folder; {ANOTHER}")


def _read_mark(mark: Path) -> bool:
    if mark.is_symlink():
        raise UsageError(f"{mark}: is a link, not the mark of a home; remove it, or {ANOTHER}")
    try:
        said = tomllib.loads(mark.read_text(encoding="utf-8"))
        version, is_shared = int(said["version"]), said.get("shared") is True
    except OSError as error:
        raise UsageError(f"{mark}: cannot be read ({error.strerror}); check its owner, or {ANOTHER}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{mark}: is not the mark of a home that Sightline wrote; remove it, or {ANOTHER}") from None
    if version > HOME_VERSION:
        raise UsageError(f"{mark.parent}: was made by a newer Sightline (home version {version}); update, or {ANOTHER}")
    return is_shared


def _is_earlier_home(path: Path, names: set[str]) -> bool:
    """Tell whether a version that left no mark made this: by its lake, or by what a run leaves before it has one."""
    lake = path / "lake"
    has_lake = any((table_folder(lake, table) / SCHEMA_FILE_NAME).is_file() for table in RAW_TABLES)
    return has_lake or (bool(names & EARLY_LOCKS) and names <= EARLY_NAMES)


def _mark_text(is_shared: bool) -> str:
    return (
        "# Written by Sightline: this folder is its home. What runs wrote here they replace and remove;\n"
        '# keep your own files elsewhere. What stands where: the guide "Use your own project".\n'
        f"version = {HOME_VERSION}\nshared = {str(is_shared).lower()}\n"
    )


def _set_modes(path: Path, is_shared: bool) -> None:
    """Give everything of ours in a home to its owner alone, or to whom the umask allows; follow no link."""
    for entry in (path, *_own_entries(path)):
        status = entry.lstat()
        if stat.S_ISLNK(status.st_mode) or status.st_uid != os.geteuid() or entry.name in SECRET_NAMES:
            continue
        with suppress(PermissionError):
            entry.chmod(_mode(0o777 if stat.S_ISDIR(status.st_mode) else 0o666, is_shared))


def _own_entries(path: Path) -> Iterator[Path]:
    for name in sorted({*OWN_NAMES, "exports"}):
        place = path / name
        if place.is_symlink() or not place.exists():
            continue
        yield place
        for folder, folders, files in os.walk(place):
            yield from (Path(folder, found) for found in (*folders, *files))


def _mode(open_mode: int, is_shared: bool) -> int:
    if not is_shared:
        return open_mode & 0o700
    umask = os.umask(0o077)
    os.umask(umask)
    return open_mode & ~umask
