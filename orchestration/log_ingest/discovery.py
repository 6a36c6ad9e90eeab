"""Find the log files that sources (files, folders, globs) mean, and name each as people know it.

Of a folder, all that is below it is looked at: a file named *.log is a log, of the others those whose first bytes are
a log's (file_kinds.py); what is passed over is counted. A file or a glob is taken at its word.
"""

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from orchestration.domain.errors import SightlineError, UsageError
from orchestration.domain.home_mark import HOME_MARK, home_holding, walk_outside_homes
from orchestration.domain.passed_over import (
    FOLDER_NOT_ENTERED,
    FOLDER_UNLISTED,
    PassedOver,
    count_passed_over,
    words_of_passed_over,
)
from orchestration.given_files import leads_outside, open_given, why_refused
from orchestration.log_ingest.byte_stream import ByteStream
from orchestration.log_ingest.containers import Flaw
from orchestration.log_ingest.file_kinds import UNSURE, kind_of, looked_at_byte_count

# app.log, app.log.1, app.log.2026-11-22, app.log-20261130, app.log.old, each perhaps compressed.
LOG_NAME = re.compile(
    r"^[^.].*\.log([._-][0-9][0-9T:_-]*)*(\.(old|bak|orig|prev))?(\.(gz|zst|bz2|xz|zip))?$", re.IGNORECASE
)
# Folders that hold what tools keep: a log of the application is in none of them.
_TOOL_FOLDERS = frozenset({"node_modules", "bower_components", "__pycache__", "site-packages"})
_HIDDEN, _UNREADABLE = "hidden file", "file that cannot be read"
_NOT_REGULAR, _LEADS_NOWHERE, _LEADS_OUTSIDE = (
    "device, pipe or socket",
    "link that leads nowhere",
    "link that leads out of the folder",
)
LINK_OUTSIDE = "A link that leads out of the given folder is not followed: give its target, or set follow_links."
# Texts whose lines tell no times are given to the dialects in groups, each by its beginning.
_SPOKEN_BYTE_COUNT = 1 << 13
_SPOKEN_GROUP = 500
# What was seen of a file is known again while its size and time are the same.
_REMEMBERED_FILES = 1 << 17


@dataclass(frozen=True, slots=True)
class LogSource:
    """A log on disk: where it is, and the path people see (`log_file_path` in every table)."""

    path: Path
    log_file_path: str
    source_name: str
    # Why it is not read, in words.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """The logs of all sources, sorted by shown path, each file once; and what lies in their folders and is none."""

    logs: tuple[LogSource, ...]
    passed_over: tuple[PassedOver, ...]


def discover_logs(
    sources: Sequence[str | Path], dialect_folders: Sequence[Path] = (), *, follow_links: bool = False
) -> list[LogSource]:
    """Return the logs of `discover`."""
    return list(discover(sources, dialect_folders, follow_links=follow_links).logs)


def discover(
    sources: Sequence[str | Path], dialect_folders: Sequence[Path] = (), *, follow_links: bool = False
) -> Discovery:
    """Look at all files the sources mean.

    Links that lead out of a given folder are listed with a problem, or passed over, unless they are followed.

    Raises UsageError when a source does not exist, SightlineError when no log is found in any.
    """
    found: dict[str, LogSource] = {}
    others: dict[str, tuple[LogSource, str]] = {}
    for source in sources:
        for log, kind in _files_of(str(source), follow_links):
            place = _real(log.path)
            if kind is None:
                found.setdefault(place, log)
            else:
                others.setdefault(place, (log, kind))
    unsure = {place: log for place, (log, kind) in others.items() if kind == UNSURE and place not in found}
    found.update(_spoken(unsure, dialect_folders))
    passed_over = count_passed_over(
        (kind, log.log_file_path) for place, (log, kind) in others.items() if place not in found
    )
    if not found:
        raise _nothing_found(sources, passed_over)
    logs = sorted(_told_apart(list(found.values())), key=lambda log: log.log_file_path)
    return Discovery(tuple(logs), passed_over)


def _nothing_found(sources: Sequence[str | Path], passed_over: Sequence[PassedOver]) -> SightlineError:
    if not sources:
        return UsageError("No log found in the given sources (none): give files, folders that hold logs, or globs.")
    seen = words_of_passed_over(passed_over) or "no file there"
    listed = ", ".join(map(str, sources))
    return SightlineError(f"No log found in {listed}: {seen}. Give --logs a folder of logs, or name the files.")


def _files_of(source: str, follow_links: bool) -> Iterator[tuple[LogSource, str | None]]:
    """Yield the files of a source, each with the kind it is when it is no log."""
    path = Path(source)
    if path.is_dir():
        yield from _files_under(path, path, follow_links)
    elif path.exists():
        yield _named(path, path.parent), None
    elif glob.has_magic(source):
        yield from _files_matching(source, follow_links)
    else:
        raise UsageError(f"Log source not found: {source}. Check the path, or quote the pattern.")


def _files_matching(pattern: str, follow_links: bool) -> Iterator[tuple[LogSource, str | None]]:
    """Yield what a pattern names: files as they are, and all that is below the folders it names."""
    root = _fixed_part(pattern)
    found = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]
    found = [path for path in found if home_holding(path) is None]
    if not found:
        raise UsageError(f"No file matches {pattern}.")
    for path in found:
        if not path.is_dir():
            yield _named(path, root), None
        elif path.name not in _TOOL_FOLDERS:
            yield from _files_under(path, root, follow_links)


def _fixed_part(pattern: str) -> Path:
    fixed = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)


def _files_under(folder: Path, root: Path, follow_links: bool) -> Iterator[tuple[LogSource, str | None]]:
    unlisted: list[str] = []
    pending, entered = [folder], {os.path.realpath(folder)}
    while pending:
        # Past the homes of ours: what Dagster and dbt log there is no log of the application.
        for parent, folders, names in walk_outside_homes(pending.pop(), unlisted.append):
            others = {name for name in folders if name.startswith(".") or name in _TOOL_FOLDERS}
            yield from ((_named(Path(parent, name), root), FOLDER_NOT_ENTERED) for name in others)
            folders[:] = sorted(set(folders) - others)
            links = [path for name in folders if (path := Path(parent, name)).is_symlink()]
            for link in (path for path in links if leads_outside(path, folder)):
                if not follow_links:
                    yield replace(_named(link, root), problem=LINK_OUTSIDE), None
                elif os.path.realpath(link) not in entered and link.resolve() not in folder.resolve().parents:
                    entered.add(os.path.realpath(link))
                    pending.append(link)
            for name in sorted(name for name in names if name != HOME_MARK):
                path = Path(parent, name)
                is_refused = not follow_links and path.is_symlink() and leads_outside(path, folder)
                yield _file(path, root, is_refused=is_refused)
    yield from ((_named(Path(path), root), FOLDER_UNLISTED) for path in unlisted)


def _file(path: Path, root: Path, *, is_refused: bool) -> tuple[LogSource, str | None]:
    """Return a file of a folder with its kind when it is no log; what is named like one is listed in any case."""
    if LOG_NAME.match(path.name):
        return replace(_named(path, root), problem=LINK_OUTSIDE if is_refused else None), None
    return _named(path, root), _LEADS_OUTSIDE if is_refused else _kind_of_file(path)


def _kind_of_file(path: Path) -> str | None:
    """Return the kind of a file that is no log; None for a log."""
    if path.name.startswith("."):
        return _HIDDEN
    try:
        status = path.stat()
    except OSError:
        return _LEADS_NOWHERE if path.is_symlink() else _UNREADABLE
    if why_refused(path):
        return _NOT_REGULAR
    return _looked_at(path.absolute(), status.st_size, status.st_mtime_ns)


@lru_cache(_REMEMBERED_FILES)
def _looked_at(path: Path, _size: int, _modified_ns: int) -> str | None:
    try:
        head, is_whole, flaw = _head_of(path, looked_at_byte_count(path.name))
    except OSError:
        return _UNREADABLE
    if flaw and not head:
        return flaw.kind.value
    return kind_of(head, path.name, is_whole=is_whole)


def _head_of(path: Path, byte_count: int) -> tuple[bytes, bool, Flaw | None]:
    """Return the first bytes of a file, unpacked and as UTF-8, whether that is all of it, and what is wrong with it."""
    with open_given(path) as file:
        stream = ByteStream(file, byte_count)
        blocks = stream.text_blocks(stream.raw_blocks())
        head = next(blocks, b"")
        is_whole = len(head) <= byte_count and not next(blocks, b"")
        return head[:byte_count], is_whole, stream.flaw


def _spoken(unsure: dict[str, LogSource], dialect_folders: Sequence[Path]) -> dict[str, LogSource]:
    """Return the texts without times that a dialect knows nevertheless."""
    if not unsure:
        return {}
    # Not needed where every file says itself what it is; a quarter of a second.
    from orchestration.log_ingest.dialect_file import load_dialects
    from orchestration.log_ingest.recognition import recognise
    from orchestration.log_ingest.segment import make_segment

    dialects, places = load_dialects(dialect_folders), list(unsure)
    found = {}
    for begin in range(0, len(places), _SPOKEN_GROUP):
        group = places[begin : begin + _SPOKEN_GROUP]
        heads = [_beginning(unsure[place].path) for place in group]
        segments = [make_segment(head, 0, 1, len(head)) for head in heads]
        recognitions = recognise(segments, dialects)
        found.update(
            {place: unsure[place] for place, is_one in zip(group, recognitions, strict=True) if is_one.dialect}
        )
    return found


def _beginning(path: Path) -> bytes:
    try:
        return _head_of(path, _SPOKEN_BYTE_COUNT)[0]
    except OSError:  # gone since it was looked at
        return b""


def _named(file: Path, root: Path) -> LogSource:
    return LogSource(file, _readable(os.path.relpath(file, root)), _source_name(root.absolute()))


@lru_cache(1 << 10)
def _source_name(root: Path) -> str:
    return _readable(root.resolve().name or "root")


def _real(path: Path) -> str:
    """Return where a file really is. Its folder is looked up once: a folder may hold a hundred thousand files."""
    return os.path.realpath(path) if path.is_symlink() else f"{_real_folder(path.parent.absolute())}/{path.name}"


@lru_cache(1 << 10)
def _real_folder(folder: Path) -> str:
    return os.path.realpath(folder)


def _readable(name: str) -> str:
    # File names are bytes: one that is not UTF-8 is shown with its odd bytes written as \xNN.
    return os.fsencode(name.replace(os.sep, "/")).decode("utf-8", "backslashreplace")


def _told_apart(logs: list[LogSource]) -> list[LogSource]:
    counts = Counter(log.log_file_path for log in logs)
    named = [
        replace(log, log_file_path=f"{log.source_name}/{log.log_file_path}") if counts[log.log_file_path] > 1 else log
        for log in logs
    ]
    counts = Counter(log.log_file_path for log in named)
    return [
        replace(log, log_file_path=_readable(str(log.path.resolve())).lstrip("/"))
        if counts[log.log_file_path] > 1
        else log
        for log in named
    ]
