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
from orchestration.given_files import leads_outside

# app.log, app.log.1, app.log.2026-11-22, each perhaps compressed.
LOG_NAME = re.compile(r"^[^.].*\.log(\.[0-9][0-9_-]*)?(\.gz|\.zst|\.bz2|\.xz|\.zip)?$", re.IGNORECASE)

LINK_OUTSIDE = "A link that leads out of the given folder is not followed: give its target, or set follow_links."


@dataclass(frozen=True, slots=True)
class LogSource:
    """A log on disk: where it is, and the path people see (`log_file_path` in every table)."""

    path: Path
    log_file_path: str
    source_name: str
    # Why it is not read, in words.
    problem: str | None = None


def discover_logs(sources: Sequence[str | Path], *, follow_links: bool = False) -> list[LogSource]:
    """Return the logs of all sources, sorted by shown path, each file once.

    Links that lead out of a given folder are listed with a problem, unless they are followed.

    Raises UsageError when a source does not exist or no log is found at all.
    """
    found: dict[str, LogSource] = {}
    for source in sources:
        for log in _logs_of(str(source), follow_links):
            found.setdefault(os.path.realpath(log.path), log)
    if not found:
        raise UsageError(f"No log found in {_listed(sources)}: give files, folders holding *.log files, or globs.")
    return sorted(_told_apart(list(found.values())), key=lambda log: log.log_file_path)


def _logs_of(source: str, follow_links: bool) -> Iterator[LogSource]:
    path = Path(source)
    if path.is_dir():
        yield from _logs_under(path, follow_links)
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


def _logs_under(root: Path, follow_links: bool) -> Iterator[LogSource]:
    pending, entered = [root], {os.path.realpath(root)}
    while pending:
        # Past the homes of ours: what Dagster and dbt log there is no log of the application.
        for parent, folders, names in walk_outside_homes(pending.pop()):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            links = [path for name in folders if (path := Path(parent, name)).is_symlink()]
            for link in (path for path in links if leads_outside(path, root)):
                if not follow_links:
                    yield replace(_named(link, root), problem=LINK_OUTSIDE)
                elif os.path.realpath(link) not in entered and link.resolve() not in root.resolve().parents:
                    entered.add(os.path.realpath(link))
                    pending.append(link)
            for path in (Path(parent, name) for name in sorted(names) if LOG_NAME.match(name)):
                is_refused = not follow_links and path.is_symlink() and leads_outside(path, root)
                yield replace(_named(path, root), problem=LINK_OUTSIDE if is_refused else None)


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
