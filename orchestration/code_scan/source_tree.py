"""Which files of a source tree are looked at, and which are left out with a reason.

Follows no symbolic link, opens nothing that is not a regular file, respects .gitignore files. Reading the files is
`reader`'s work.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from orchestration.code_scan.languages import language_of
from orchestration.code_scan.options import ScanOptions
from orchestration.domain.home_mark import HOME_FOLDERS, is_marked

# Folders that hold what others wrote or a build made; nobody looks for their own handlers there.
SKIPPED_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", ".sightline", "node_modules", "bower_components", "jspm_packages", "dist", "__pycache__",
        ".venv", "venv", "site-packages", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".next",
        ".nuxt", ".turbo", ".yarn", "obj",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file the scan looks at; `problem` says why it is skipped unread."""

    path: Path
    code_file_path: str
    language: str | None
    byte_count: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Ignored:
    """The .gitignore of one folder, `prefix` the folder's path below the root."""

    prefix: str
    spec: GitIgnoreSpec


def printable_path(text: str) -> str:
    """Return a path that can be written as UTF-8, whatever bytes the file system holds."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def discover_sources(root: Path, prefix: str, options: ScanOptions) -> list[SourceFile]:
    """Return the files below `root` in path order; `prefix` is put before their paths."""
    excluded = _Ignored("", GitIgnoreSpec.from_lines(options.exclude))
    found = [_look_at(entry, prefix + relative, options) for entry, relative in _walk(root, excluded, options)]
    return sorted((file for file in found if file is not None), key=lambda file: file.code_file_path)


def _walk(root: Path, excluded: _Ignored, options: ScanOptions) -> Iterator[tuple[os.DirEntry[str], str]]:
    pending: list[tuple[str, str, tuple[_Ignored, ...]]] = [(str(root), "", (excluded,))]
    while pending:
        folder, relative, ignored = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            continue
        if is_marked(entry.name for entry in entries):
            # A home of ours, under whatever name: its site and its generated tests are nobody's source.
            entries = [entry for entry in entries if entry.name not in HOME_FOLDERS]
        if options.is_gitignore_respected and any(entry.name == ".gitignore" for entry in entries):
            ignored = (*ignored, *_read_gitignore(Path(folder) / ".gitignore", relative))
        for entry in entries:
            path = relative + entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name in SKIPPED_FOLDERS and (is_folder or entry.is_symlink()):
                continue
            if not is_folder and not entry.is_symlink() and language_of(entry.name) is None:
                continue
            if _is_ignored(path + "/" * is_folder, ignored):
                continue
            if is_folder:
                pending.append((entry.path, path + "/", ignored))
            else:
                yield entry, path


def _read_gitignore(path: Path, prefix: str) -> tuple[_Ignored, ...]:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
        return (_Ignored(prefix, GitIgnoreSpec.from_lines(lines)),)
    except (OSError, ValueError):
        return ()


def _is_ignored(path: str, ignored: tuple[_Ignored, ...]) -> bool:
    for rules in reversed(ignored):
        decision = rules.spec.check_file(path[len(rules.prefix) :]).include
        if decision is not None:
            return decision
    return False


def _look_at(entry: os.DirEntry[str], path: str, options: ScanOptions) -> SourceFile | None:
    path = printable_path(path)
    language = language_of(entry.name)
    if entry.is_symlink():
        # A link to a file with another kind of name is no source; one to a folder may hide a whole tree.
        is_source = language is not None or Path(entry.path).is_dir()
        return SourceFile(Path(entry.path), path, None, 0, "symbolic link: not followed") if is_source else None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return SourceFile(Path(entry.path), path, None, 0, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return SourceFile(Path(entry.path), path, None, 0, "not a regular file")
    if status.st_size > options.max_file_bytes:
        problem = f"larger than {options.max_file_bytes:,} bytes"
        return SourceFile(Path(entry.path), path, None, status.st_size, problem)
    return SourceFile(Path(entry.path), path, language, status.st_size)
