"""Find the log files that sources (files, folders, globs) mean, and name each as people know it.

What a log's bytes say is not looked at here: a folder gives the files whose name looks like a log's, a file or a
glob whatever it names.
"""

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import home_holding, walk_outside_homes

# app.log, app.log.1, app.log.2026-11-22, each perhaps compressed.
LOG_NAME = re.compile(r"^[^.].*\.log(\.[0-9][0-9_-]*)?(\.gz|\.zst)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogSource:
    """A log on disk: where it is, and the path people see (`log_file_path` in every table)."""

    path: Path
    log_file_path: str
    source_name: str


def discover_logs(sources: Sequence[str | Path]) -> list[LogSource]:
    """Return the logs of all sources, sorted by shown path, each file once.

    Raises UsageError when a source does not exist or no log is found at all.
    """
    found: dict[str, LogSource] = {}
    for source in sources:
        for log in _logs_of(str(source)):
            found.setdefault(os.path.realpath(log.path), log)
    if not found:
        raise UsageError(f"No log found in {_listed(sources)}: give files, folders holding *.log files, or globs.")
    return sorted(_told_apart(list(found.values())), key=lambda log: log.log_file_path)


def _logs_of(source: str) -> Iterator[LogSource]:
    path = Path(source)
    if path.is_dir():
        yield from (_named(file, path) for file in _log_files_under(path))
    elif path.exists():
        yield _named(path, path.parent)
    elif glob.has_magic(source):
        yield from _logs_matching(source)
    else:
        raise UsageError(f"Log source not found: {source}. Check the path, or quote the pattern.")


def _logs_matching(pattern: str) -> Iterator[LogSource]:
    root = _fixed_part(pattern)
    found = (Path(name) for name in sorted(glob.glob(pattern, recursive=True)))
    files = [path for path in found if path.is_file() and home_holding(path) is None]
    if not files:
        raise UsageError(f"No file matches {pattern}.")
    yield from (_named(file, root) for file in files)


def _fixed_part(pattern: str) -> Path:
    fixed = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)


def _log_files_under(folder: Path) -> Iterator[Path]:
    # Past the homes of ours: what Dagster and dbt log there is no log of the application.
    for parent, folders, names in walk_outside_homes(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if LOG_NAME.match(name))


def _named(file: Path, root: Path) -> LogSource:
    return LogSource(file, _readable(os.path.relpath(file, root)), _readable(root.resolve().name or "root"))


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


def _listed(sources: Sequence[str | Path]) -> str:
    return ", ".join(str(source) for source in sources) or "the given sources (none)"
