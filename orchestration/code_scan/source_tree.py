"""Which files of a source tree are looked at, and which are left out with a reason.

Follows no symbolic link unless told to, opens nothing that is not a regular file, respects .gitignore files. Reading
the files is `reader`'s work.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.code_scan.languages import language_of
from orchestration.code_scan.options import ScanOptions
from orchestration.code_scan.path_rules import PathRules, read_lines, rules_of_lines
from orchestration.domain.errors import UsageError
from orchestration.domain.home_mark import HOME_FOLDERS, is_marked
from orchestration.given_files import leads_outside

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
class OtherFiles:
    """Files that are no sources and of interest all the same: what kind a name is; those found: kind, place, path."""

    kind_of: Callable[[str], str | None]
    found: list[tuple[str, Path, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ignored:
    """The .gitignore of one folder, `prefix` the folder's path below the root; `below` the root's below its folder."""

    prefix: str
    rules: PathRules
    below: str = ""


def printable_path(text: str) -> str:
    """Return a path that can be written as UTF-8, whatever bytes the file system holds."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def discover_sources(
    root: Path,
    prefix: str,
    options: ScanOptions,
    above: Sequence[Path] = (),
    others: "OtherFiles | None" = None,
) -> list[SourceFile]:
    """Return the files below `root` in path order; `prefix` is put before their paths. `others` are gathered beside.

    `above` are the folders of its project above it, the nearest first: their .gitignore files hold below, too.
    """
    excluded = rules_of_lines(options.exclude)
    if excluded.problems:
        raise UsageError(f"scan.exclude cannot be used: {excluded.problems[0]}; write it as in a .gitignore file")
    problems: list[SourceFile] = []
    levels = (_Ignored("", excluded), *(_ignored_above(root, above) if options.is_gitignore_respected else ()))
    others = others or OtherFiles(lambda _: None)
    found = []
    for entry, relative, is_followed in _walk(root, levels, options, problems, others.kind_of):
        kind = others.kind_of(entry.name) if language_of(entry.name) is None and not entry.is_symlink() else None
        if kind is None:
            found.append(_look_at(entry, prefix + relative, options, is_followed))
        else:
            others.found.append((kind, Path(entry.path), printable_path(prefix + relative)))
    told = [replace(file, code_file_path=prefix + file.code_file_path) for file in problems]
    return sorted((file for file in [*found, *told] if file is not None), key=lambda file: file.code_file_path)


def _walk(
    root: Path,
    levels: tuple[_Ignored, ...],
    options: ScanOptions,
    problems: list[SourceFile],
    other_kind_of: Callable[[str], str | None],
) -> Iterator[tuple[os.DirEntry[str], str, bool]]:
    pending: list[tuple[str, str, tuple[_Ignored, ...]]] = [(str(root), "", levels)]
    entered: set[str] = set()
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
            ignored = (*ignored, *_read_gitignore(Path(folder) / ".gitignore", relative, problems))
        for entry in entries:
            path = relative + entry.name
            is_followed = options.follow_links and _is_entered(entry, root, entered)
            is_folder = entry.is_dir(follow_symlinks=is_followed)
            if entry.name in SKIPPED_FOLDERS and (is_folder or entry.is_symlink()):
                continue
            is_known = language_of(entry.name) is not None or other_kind_of(entry.name) is not None
            if not is_folder and not entry.is_symlink() and not is_known:
                continue
            if _is_ignored(path + "/" * is_folder, ignored):
                continue
            if is_folder:
                pending.append((entry.path, path + "/", ignored))
            else:
                yield entry, path, is_followed


def _ignored_above(root: Path, above: Sequence[Path]) -> list[_Ignored]:
    """Return the rules above a root, the outermost first; none where they leave out the root, which the user named."""
    levels: list[_Ignored] = []
    for folder in reversed(above):
        below = root.relative_to(folder).as_posix() + "/"
        found = _read_gitignore(folder / ".gitignore", "", []) if (folder / ".gitignore").is_file() else ()
        levels += [replace(level, below=below) for level in found]
    is_left_out = any(level.rules.decide(folder) for level in levels for folder in _leading_folders(level.below))
    return [] if is_left_out else levels


def _leading_folders(path: str) -> list[str]:
    """Return `a/`, `a/b/` for `a/b/`."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: count + 1]) + "/" for count in range(len(parts))]


def _is_entered(entry: os.DirEntry[str], root: Path, entered: set[str]) -> bool:
    """Tell whether an entry is a link out of the root, the first to its place; what lies inside is scanned there."""
    if not entry.is_symlink() or not leads_outside(entry.path, root):
        return False
    real = Path(os.path.realpath(entry.path))
    is_first = str(real) not in entered and real not in root.parents
    entered.add(str(real))
    return is_first


def _read_gitignore(path: Path, prefix: str, problems: list[SourceFile]) -> tuple[_Ignored, ...]:
    shown = printable_path(prefix + path.name)
    try:
        rules = rules_of_lines(read_lines(path))
    except OSError as error:
        problems.append(SourceFile(path, shown, None, 0, f"cannot be read: {error.strerror}"))
        return ()
    if rules.problems:
        problems.append(SourceFile(path, shown, None, 0, rules.problems[0]))
    return (_Ignored(prefix, rules),)


def _is_ignored(path: str, ignored: tuple[_Ignored, ...]) -> bool:
    for level in reversed(ignored):
        decision = level.rules.decide(printable_path(level.below + path[len(level.prefix) :]))
        if decision is not None:
            return decision
    return False


def _look_at(entry: os.DirEntry[str], path: str, options: ScanOptions, is_followed: bool) -> SourceFile | None:
    path = printable_path(path)
    language = language_of(entry.name)
    if entry.is_symlink() and not is_followed:
        # A link to a file with another kind of name is no source; one to a folder may hide a whole tree.
        is_source = language is not None or Path(entry.path).is_dir()
        return SourceFile(Path(entry.path), path, None, 0, "symbolic link: not followed") if is_source else None
    try:
        status = entry.stat(follow_symlinks=is_followed)
    except OSError as error:
        return SourceFile(Path(entry.path), path, None, 0, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return SourceFile(Path(entry.path), path, None, 0, "not a regular file")
    if status.st_size > options.max_file_bytes:
        problem = f"larger than {options.max_file_bytes:,} bytes"
        return SourceFile(Path(entry.path), path, None, status.st_size, problem)
    return SourceFile(Path(entry.path), path, language, status.st_size)
