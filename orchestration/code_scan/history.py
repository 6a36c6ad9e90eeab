"""Which commits touched a function: one bounded `git log` per repository over the files that matter, no blame.

Walks the commits from today backwards and carries each function's line range through every diff and every rename, so
that a change above a function moves it, a change inside counts, and a moved file keeps its past. A repository inside
another (a submodule) has a history of its own. Without a history there is a problem in words, and no error.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from orchestration.code_scan.inputs import CodeRoot
from orchestration.code_scan.line_ranges import Hunk, carry
from orchestration.code_scan.options import ScanProblem
from orchestration.code_scan.repository import DIFF_OPTIONS, Repository, open_repository
from orchestration.domain.identifiers import stable_id

# The last thousand commits that touched handlers' files: years of most projects, seconds of git.
_BOUNDED = ("log", "--max-count=1000", "--no-merges", *DIFF_OPTIONS)
_ADDED = ("--no-renames", "--diff-filter=A", "--name-status", "--format=%H", "--stdin")
_MOVED = ("--stdin", "-r", "-M", "-l1000", "-z", "--diff-filter=R", "--name-status")
_MOST_RENAMES = 20
_HEAD = "%x1e%H%x1f%ct%x1f%ae%x1f%s"
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_HASH = re.compile(r"^[0-9a-f]{40,64}$")
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
# Commits outside of these years have a clock that was wrong, or were made to harm.
_FIRST_SECOND, _LAST_SECOND = 0, 4102444800


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and the scanned files it changed."""

    commit_hash: str
    committed_at: datetime
    author_key: str
    subject: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A function: its file and lines today; `key` names it for the caller."""

    key: tuple[str, str]
    path: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Touch:
    """A commit that changed a function's file, and whether it changed lines of the function."""

    key: tuple[str, str]
    commit_hash: str
    is_line_change: bool


@dataclass(frozen=True, slots=True)
class History:
    """Commits newest first, what each touched, how many changed each scanned file, and what is not known and why."""

    commits: tuple[Commit, ...]
    touches: tuple[Touch, ...]
    file_commits: Mapping[str, int]
    problems: tuple[ScanProblem, ...]


@dataclass(slots=True)
class _Change:
    """What one commit did: hunks by file, and new names of files with the old ones."""

    commit: Commit | None
    hunks: dict[str, list[Hunk]] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Checkout:
    """What is scanned of one repository: its folders, and its files as shown to people by the repository's own path."""

    shown_folder: str
    repository: Repository
    folders: set[str] = field(default_factory=set)
    shown: dict[str, str] = field(default_factory=dict)


def read_history(roots: Sequence[CodeRoot], spans: Iterable[Span], paths: Iterable[str]) -> History:
    """Return what git knows of the spans and of all scanned files; `paths` are those files as shown."""
    commits: dict[str, Commit] = {}
    touches: list[Touch] = []
    counts: dict[str, int] = {}
    problems: list[ScanProblem] = []
    by_path: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_path[span.path].append(span)
    for checkout in _find_checkouts(roots, sorted(paths), problems):
        told = set(checkout.repository.limits)
        own = {path: by_path[shown] for path, shown in checkout.shown.items() if shown in by_path}
        for commit, touched in _walk(_read_changes(checkout.repository, sorted(own), told), own):
            commits[commit.commit_hash] = commit
            touches += touched
        found = _count_commits(checkout, told)
        counts.update((shown, found[path]) for path, shown in checkout.shown.items() if found)
        problems += [ScanProblem(checkout.shown_folder, words, "history") for words in sorted(told)]
    return History(tuple(commits.values()), tuple(touches), counts, tuple(problems))


def _find_checkouts(
    roots: Sequence[CodeRoot], paths: Sequence[str], problems: list[ScanProblem]
) -> Iterable[_Checkout]:
    found: dict[Path, _Checkout] = {}
    for root in roots:
        for folder, inside in _group_by_checkout(root, paths).items():
            repository, problem = open_repository(root.path / folder)
            shown_folder = (root.prefix + folder).rstrip("/") or "."
            if repository is None:
                problems.append(ScanProblem(shown_folder, problem or "", "history"))
                continue
            checkout = found.setdefault(repository.top, _Checkout(shown_folder, repository))
            below = Path(os.path.relpath(root.path / folder, repository.top))
            checkout.folders.add(below.as_posix())
            own = (((below / path.removeprefix(folder)).as_posix(), root.prefix + path) for path in inside)
            checkout.shown.update(own)
    return found.values()


def _group_by_checkout(root: CodeRoot, paths: Iterable[str]) -> dict[str, list[str]]:
    """Return a root's files by the innermost folder with a `.git` of its own; '' is the root, wherever its own is."""
    grouped: dict[str, list[str]] = defaultdict(list)
    known = {"": ""}

    def checkout_of(folder: str) -> str:
        if folder not in known:
            is_own = os.path.lexists(root.path / folder / ".git")
            known[folder] = folder + "/" if is_own else checkout_of(folder.rpartition("/")[0])
        return known[folder]

    for path in paths:
        if path.startswith(root.prefix):
            own = path.removeprefix(root.prefix)
            grouped[checkout_of(own.rpartition("/")[0])].append(own)
    return grouped


def _count_commits(checkout: _Checkout, told: set[str]) -> Counter[str]:
    """Return how many commits of the bounded history changed each file under its names; names need no diff."""
    options = ("-z", "-M", "--name-status", "--format=", "--stdin")
    answer = checkout.repository.ask(*_BOUNDED, *options, lines=["--", *sorted(checkout.folders)])
    told.update(filter(None, [answer.problem]))
    return Counter(_walk_names(answer.text))


def _walk_names(text: str) -> Iterator[str]:
    """Yield, for each change of a file from the newest on, the name the file has today."""
    today: dict[str, str] = {}
    parts = iter(text.split("\0"))
    for status in parts:
        if not status.strip():
            continue
        path = next(parts, "")
        if status.lstrip()[0] in "RC":
            renamed = next(parts, "")
            name = today.get(renamed, renamed)
            if status.lstrip()[0] == "R":
                today[path] = today.pop(renamed, renamed)
        else:
            name = today.get(path, path)
        yield name


def _read_changes(repository: Repository, paths: list[str], told: set[str]) -> list[_Change]:
    """Return the commits that changed the paths under all their names, newest first."""
    if not paths:
        return []
    names = _with_former_names(repository, paths)
    options = ("-M", "--unified=0", f"--format={_HEAD}", "--stdin")
    answer = repository.ask(*_BOUNDED, *options, lines=["--", *names])
    told.update(filter(None, [answer.problem]))
    # A head begins a line, and a line of a diff never begins so; of what a failure cut off the last part is not whole.
    blocks = ("\n" + answer.text).split("\n\x1e")[1:]
    changes = [_parse_change(block) for block in (blocks[:-1] if answer.problem else blocks)]
    undated = sum(change.commit is None for change in changes)
    if undated:
        told.add(f"left out {undated:,} of its commits: their time lies outside of the years 1970 to 2100")
    return changes


def _with_former_names(repository: Repository, paths: list[str]) -> list[str]:
    """Return the paths and the names their files had before: a log limited to paths shows no rename."""
    known, newest = set(paths), set(paths)
    for _ in range(_MOST_RENAMES):
        added = repository.ask(*_BOUNDED, *_ADDED, lines=["--", *sorted(newest)]).text.split("\n")
        moved = iter(repository.ask("diff-tree", *_MOVED, lines=filter(_HASH.match, added)).text.split("\0"))
        renames = [(next(moved, ""), next(moved, "")) for part in moved if part.startswith("R")]
        newest = {old for old, new in renames if new in newest and old} - known
        known |= newest
        if not newest:
            break
    return sorted(known)


def _parse_change(block: str) -> _Change:
    head, _, body = block.partition("\n")
    name, _, rest = head.partition("\x1f")
    seconds, _, rest = rest.partition("\x1f")
    author, _, subject = rest.partition("\x1f")
    change = _Change(None)
    _parse_diff(body, change)
    if _HASH.match(name) and seconds.isdecimal() and _FIRST_SECOND <= int(seconds) < _LAST_SECOND:
        moment = datetime.fromtimestamp(int(seconds), UTC)
        paths = tuple(sorted(change.hunks))
        change.commit = Commit(name, moment, stable_id("author", author.lower()), subject, paths)
    return change


def _parse_diff(body: str, change: _Change) -> None:
    path = former = ""
    for line in body.split("\n"):
        if line.startswith("diff --git "):
            path = former = ""
        elif path and (match := _HUNK.match(line)):
            old, old_count, new, new_count = match.groups()
            change.hunks[path].append(Hunk(int(old), _count(old_count), int(new), _count(new_count)))
        elif not path and line.startswith("rename from "):
            former = _unquote(line.removeprefix("rename from "))
        elif not path and (name := _named_file(line)):
            path = name
            change.hunks.setdefault(path, [])
            if former:
                change.renames[path] = former


def _named_file(line: str) -> str:
    """Return the file a line of a diff's head names as the one that is changed; empty when it names none."""
    if line.startswith("rename to "):
        return _unquote(line.removeprefix("rename to "))
    if line.startswith(("+++ ", "--- ")):
        name = _unquote(line[4:].rstrip("\t"))
        return name[2:] if name.startswith(("a/", "b/")) else ""
    return ""


def _unquote(name: str) -> str:
    """Return a path as it is; git puts one with a quote, a backslash or a control character in quotes."""
    if not name.startswith('"'):
        return name
    return _ESCAPED.sub(
        lambda match: chr(int(match[1], 8)) if len(match[1]) == 3 else _ESCAPES.get(match[1], match[1]), name[1:-1]
    )


def _count(text: str | None) -> int:
    return 1 if text is None else int(text)


def _walk(changes: Iterable[_Change], spans: Mapping[str, Sequence[Span]]) -> Iterator[tuple[Commit, list[Touch]]]:
    """Yield the commits that changed a file of the spans, under the name it had then, with what they touched."""
    current = {path: list(inside) for path, inside in spans.items()}
    ranges = {span.key: (span.first_line, span.last_line) for inside in spans.values() for span in inside}
    for change in changes:
        touched = []
        for path, hunks in change.hunks.items():
            for span in current.get(path, ()):
                first, last = ranges[span.key]
                if first > last:
                    continue
                inside, ranges[span.key] = carry(first, last, hunks)
                touched.append((span.key, inside))
        if change.commit and not current.keys().isdisjoint(change.hunks):
            name = change.commit.commit_hash
            yield change.commit, [Touch(key, name, is_line_change) for key, is_line_change in touched]
        for new, old in change.renames.items():
            current.setdefault(old, []).extend(current.pop(new, ()))
