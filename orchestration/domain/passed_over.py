"""Files of a given folder that are not read: how they are counted, and the words for them.

One line per kind, with a count and an example: a folder may hold a hundred thousand of them. Which kind a file is:
orchestration/log_ingest/file_kinds.py.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.domain.amounts import counted
from orchestration.domain.table_shape import Column, Table

PASSED_OVER_FILES = Table(
    "passed_over_files",
    "One row per kind of file that lies in the folders given as logs and is none: how many are not read.",
    (
        Column("file_kind", "string", "What they are, in words: image, source file, JSON document.", True),
        Column("file_count", "int64", "How many there are, in all folders given.", True),
        Column("example_path", "string", "The first of them by name, relative to its folder, with /.", True),
    ),
)

FOLDER_NOT_ENTERED = "folder not entered"
FOLDER_UNLISTED = "folder that cannot be listed"
_NO_LOG, _LEAVE_OUT = "Not a log: ", ". Nothing in it is counted; it can be left out of the logs."
# Kinds whose plural is not the kind with an s.
_PLURALS = {
    "text file without log lines": "text files without log lines",
    "archive of several files": "archives of several files",
    "archive packed in a way not read": "archives packed in a way not read",
    "link that leads nowhere": "links that lead nowhere",
    "link that leads out of the folder": "links that lead out of the folder",
    "device, pipe or socket": "devices, pipes or sockets",
    "file that cannot be read": "files that cannot be read",
    FOLDER_NOT_ENTERED: "folders not entered",
    FOLDER_UNLISTED: "folders that cannot be listed",
    "binary": "binaries",
    "binary log of another program": "binary logs of other programs",
}


@dataclass(frozen=True, slots=True)
class PassedOver:
    """How many files of a kind were passed over, and one of them as people see its path."""

    file_kind: str
    file_count: int
    example_path: str


def count_passed_over(files: Iterable[tuple[str, str]]) -> tuple[PassedOver, ...]:
    """Return the counts of (kind, shown path) pairs, most files first; the example is the first path by name."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for kind, path in files:
        counts[kind] += 1
        examples[kind] = min(path, examples.get(kind, path))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(PassedOver(kind, count, examples[kind]) for kind, count in ranked)


def words_of_kind(count: int, kind: str) -> str:
    """Say how many of a kind: `1 image`, `12 images`."""
    return counted(count, kind, _PLURALS.get(kind))


def words_of_passed_over(kinds: Iterable[PassedOver]) -> str | None:
    """Say what was passed over: `3 files passed over: 2 images, 1 database`; None when nothing was."""
    words: dict[bool, list[str]] = {True: [], False: []}
    total = 0
    for kind in kinds:
        is_folder = kind.file_kind in (FOLDER_NOT_ENTERED, FOLDER_UNLISTED)
        words[is_folder].append(words_of_kind(kind.file_count, kind.file_kind))
        total += 0 if is_folder else kind.file_count
    files = [f"{words_of_kind(total, 'file')} passed over: {', '.join(words[False])}"] if total else []
    return "; ".join([*files, *words[True]]) or None


def problem_of_no_log(what: str) -> str:
    """Say that a file given as a log is none, and what it is."""
    return f"{_NO_LOG}{what}{_LEAVE_OUT}"


def words_of_no_log(problem: str) -> str:
    """Return what a file is by the problem that says it is no log: `a JSON document (...)`."""
    return problem.removeprefix(_NO_LOG).removesuffix(_LEAVE_OUT)
