"""Which commits touched a function: one bounded `git log` over the files that matter, no blame.

Walks the commits from today backwards and carries each function's line range through every diff, so that a change
above a function moves it and a change inside counts. Without git or a repository there is no history, and no error.
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from orchestration.domain.identifiers import stable_id

# The last thousand commits that touched handlers' files: years of most projects, seconds of git.
_MAX_COMMITS = 1000
_MAX_SECONDS = 120
_HEAD = "\x1e%H\x1f%ct\x1f%ae\x1f%s"
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


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
class _Hunk:
    old_start: int
    old_count: int
    new_start: int
    new_count: int


@dataclass(slots=True)
class _Diff:
    commit: Commit
    hunks: dict[str, list[_Hunk]] = field(default_factory=dict)


def read_history(root: Path, spans: Iterable[Span]) -> tuple[list[Commit], list[Touch]]:
    """Return the commits that touched the spans' files, newest first, and what each touched.

    Paths are relative to `root`, which must lie in a git repository; else there is nothing to return.
    """
    by_path: dict[str, list[Span]] = {}
    for span in spans:
        by_path.setdefault(span.path, []).append(span)
    diffs = list(_parse_log(_run_log(root, sorted(by_path)))) if by_path else []
    return [diff.commit for diff in diffs], list(_touches(diffs, by_path))


def count_file_commits(root: Path) -> Counter[str]:
    """Return how many commits of the bounded history changed each file; nothing without a repository.

    A wider question than `read_history` asks, of names only: it needs no diff.
    """
    command = [
        "git", "-C", str(root), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "log", "-z",
        f"--max-count={_MAX_COMMITS}", "--no-merges", "--no-color", "--no-show-signature", "--no-renames",
        "--relative", "--name-only", "--format=", "--", ".",
    ]  # fmt: skip
    return Counter(path for path in _run_git(command).split("\0") if path)


def head_commit(root: Path) -> str:
    """Return the hash of the commit checked out at `root`; empty without git, a repository or a commit."""
    return _run_git(["git", "-C", str(root), "-c", "core.fsmonitor=false", "rev-parse", "--verify", "HEAD"]).strip()


def _run_log(root: Path, paths: list[str]) -> str:
    command = [
        "git", "-C", str(root), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "log",
        f"--max-count={_MAX_COMMITS}", "--no-merges", "--no-color", "--no-show-signature", "--no-ext-diff",
        "--no-textconv", "--no-renames", "--relative", "--unified=0", f"--format={_HEAD}", "--", *paths,
    ]  # fmt: skip
    return _run_git(command)


def _run_git(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MAX_SECONDS, check=False, env=_environment())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _environment() -> dict[str, str]:
    """Return an environment in which git asks nobody, fetches nothing and takes paths literally."""
    quiet = {
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    return {**os.environ, **quiet}


def _parse_log(text: str) -> Iterator[_Diff]:
    for block in text.split("\x1e")[1:]:
        head, _, body = block.partition("\n")
        parts = head.split("\x1f")
        if len(parts) < 4 or not parts[1].isdigit():
            continue
        hunks = _parse_hunks(body)
        moment = datetime.fromtimestamp(int(parts[1]), UTC)
        subject = "\x1f".join(parts[3:])
        yield _Diff(
            Commit(parts[0], moment, stable_id("author", parts[2].lower()), subject, tuple(sorted(hunks))), hunks
        )


def _parse_hunks(body: str) -> dict[str, list[_Hunk]]:
    hunks: dict[str, list[_Hunk]] = {}
    path = ""
    for line in body.split("\n"):
        if line.startswith("diff --git "):
            path = ""
        elif line.startswith(("+++ b/", "--- a/")) and not path:
            path = line[6:].rstrip("\t")
            hunks.setdefault(path, [])
        elif path and (match := _HUNK.match(line)):
            old, old_count, new, new_count = match.groups()
            hunks[path].append(_Hunk(int(old), _count(old_count), int(new), _count(new_count)))
    return hunks


def _count(text: str | None) -> int:
    return 1 if text is None else int(text)


def _touches(diffs: list[_Diff], by_path: Mapping[str, list[Span]]) -> Iterator[Touch]:
    ranges = {span.key: (span.first_line, span.last_line) for spans in by_path.values() for span in spans}
    for diff in diffs:
        for path, hunks in diff.hunks.items():
            for span in by_path.get(path, ()):
                first, last = ranges[span.key]
                if first > last:
                    continue
                inside, ranges[span.key] = _carry(first, last, hunks)
                yield Touch(span.key, diff.commit.commit_hash, inside)


def _carry(first: int, last: int, hunks: list[_Hunk]) -> tuple[bool, tuple[int, int]]:
    """Return whether the hunks changed lines first..last, and where those lines were before (empty: nowhere)."""
    inside = any(_overlaps(hunk, first, last) for hunk in hunks)
    kept = [line for line in (_before(first, hunks, True), _before(last, hunks, False)) if line is not None]
    return inside, (kept[0], kept[1]) if len(kept) == 2 else (1, 0)


def _overlaps(hunk: _Hunk, first: int, last: int) -> bool:
    if hunk.new_count == 0:
        # A pure deletion sits between two lines; it is inside when both are.
        return first <= hunk.new_start < last
    return hunk.new_start <= last and hunk.new_start + hunk.new_count - 1 >= first


def _before(line: int, hunks: list[_Hunk], is_first: bool) -> int | None:
    """Return where a line was before the hunks; a new line takes the nearest old one on its side of the function."""
    shift = 0
    for hunk in hunks:
        end = hunk.new_start + max(hunk.new_count, 1) - 1
        if hunk.new_count and hunk.new_start <= line <= end:
            if hunk.old_count == 0:
                return max(1, hunk.old_start + (1 if is_first else 0))
            return hunk.old_start if is_first else hunk.old_start + hunk.old_count - 1
        if hunk.new_start + (0 if hunk.new_count else 1) <= line and end < line:
            shift += hunk.old_count - hunk.new_count
    moved = line + shift
    return moved if moved > 0 else None
