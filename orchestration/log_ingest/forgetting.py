"""Forgetting logs: which ones a person means, and removing their rows from the lake for good.

What stays in the ledger is a note without rows: the log's name, its size and hashes of its bytes, by which the file, a
copy of it and what it was renamed to are passed over. What was made of the rows elsewhere is not known here:
orchestration/defs/forgetting.py.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path
from typing import Any

from orchestration.domain.errors import UsageError
from orchestration.domain.identifiers import stable_id
from orchestration.domain.tables import LOG_FILES, LOG_TABLES
from orchestration.lake import table_folder
from orchestration.log_ingest.contents import Content
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.identity import identify
from orchestration.log_ingest.ledger import ASIDE_FOLDER_NAME, Ledger, only_writer
from orchestration.log_ingest.ledger_entry import LedgerEntry, LogState

_NEAR_COUNT = 3
# To look for names like another takes time with the square of its length.
_COMPARED_LENGTH = 200
_KEPT_OF_ROW = ("log_file_id", "log_file_path", "is_gone", "file_modified_at")
_KEPT_OF_STATE = (
    *("size", "modified_ns", "content_digest", "consumed", "head_digest", "tail_digest"),
    *("earlier_digests", "forgotten_at", "line_digests"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which logs: names, folders, globs or files as they were typed, and a moment their last line lies before."""

    patterns: tuple[str, ...] = ()
    before: datetime | None = None

    def of(self, entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
        """Return the chosen logs; raise UsageError, with names like it, for a pattern that no log has."""
        found = (
            entries if not self.patterns else [entry for text in self.patterns for entry in self._named(text, entries)]
        )
        by_id = {entry.log_file_id: entry for entry in found if self._is_old_enough(entry)}
        if not by_id:
            raise UsageError(
                f"no log {'of these ' if self.patterns else ''}ends before {self.before:%Y-%m-%d %H:%M} UTC"
            )
        return sorted(by_id.values(), key=lambda entry: entry.log_file_path)

    def _named(self, text: str, entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
        found = (
            _held_by(text, entries)
            or [entry for entry in entries if entry.log_file_path == text]
            or [entry for entry in entries if _is_meant(text, entry.log_file_path)]
        )
        if not found:
            near = get_close_matches(
                text[:_COMPARED_LENGTH], [entry.log_file_path for entry in entries], _NEAR_COUNT, 0.5
            )
            known = (
                f"like it: {', '.join(near)}" if near else f"{len(entries):,} logs are known, on the page Data health"
            )
            raise UsageError(f"{text[:_COMPARED_LENGTH]}: no log of this name, folder or pattern ({known})")
        return found

    def _is_old_enough(self, entry: LedgerEntry) -> bool:
        moment = last_moment(entry)
        return self.before is None or (moment is not None and moment < self.before)


def _held_by(text: str, entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the log that a file on this disk holds, whatever name it had when it was read."""
    with suppress(ValueError):  # no name of a file
        (claim,) = identify([LogSource(Path(text), text, "")], entries)
        held = claim.entry or claim.known_of
        return [held] if held else []
    return []


def _is_meant(pattern: str, path: str) -> bool:
    """Tell whether a pattern is about a log: its path, its file name, or a folder it lies in."""
    if path.startswith(f"{pattern.rstrip('/')}/"):
        return True
    # As in sightline.toml, a glob holds for a whole path or for the file name alone.
    return has_magic(pattern) and (fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern))


def last_moment(entry: LedgerEntry) -> datetime | None:
    """Return when the log ends: its last stamp, or the time of its file when it has none."""
    moment = entry.row["last_emitted_at"] or entry.row["file_modified_at"]
    return moment if isinstance(moment, datetime) else None


def forgettable(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the logs there is anything to forget of: those of which bytes were read."""
    return [entry for entry in entries if entry.state.consumed and not entry.is_forgotten]


def with_their_logs(chosen: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the logs without their copies; raise UsageError for a copy of a log that is to stay."""
    ids = {entry.log_file_id for entry in chosen}
    for entry in chosen:
        if entry.is_duplicate and entry.state.duplicate_of_id not in ids:
            raise UsageError(
                f"{entry.log_file_path}: is a copy of {entry.row['duplicate_of_path']}, which holds its lines; "
                "forget that one"
            )
    return [entry for entry in chosen if not entry.is_duplicate]


def forget_logs(lake: Path, log_file_ids: Sequence[str], now: datetime, files: Sequence[LogSource] = ()) -> int:
    """Remove all rows of some logs and keep a note of each; return how many files of `set_aside` went with them.

    `files` are what lies in the given folders: of a log that is there, the note tells its beginnings too.
    """
    there = {file.log_file_path: file for file in files}
    with only_writer(lake):
        ledger = Ledger(lake)
        for log_file_id in [found for found in log_file_ids if found in ledger.entries]:
            entry = ledger.entries[log_file_id]
            ledger.commit(_forgotten(entry, now, _line_digests(entry, there.get(entry.log_file_path))))
            for table in LOG_TABLES:
                _remove_empty_folder(table_folder(lake, table) / log_file_id)
        for copy in [entry for entry in ledger.entries.values() if entry.state.duplicate_of_id in log_file_ids]:
            # The next run says of what it is a copy.
            ledger.remove(copy.log_file_id)
        return sum(_remove(path) for name in log_file_ids for path in _set_aside(lake, name))


def remember_logs(lake: Path, log_file_ids: Sequence[str]) -> None:
    """Drop the notes of forgotten logs: a run reads again those whose file it finds."""
    with only_writer(lake):
        ledger = Ledger(lake)
        for log_file_id in [found for found in log_file_ids if found in ledger.entries]:
            ledger.remove(log_file_id)


def passed_over(logs: Sequence[LogSource], entries: Sequence[LedgerEntry]) -> dict[str, str]:
    """Return what is to be said of each file that is a forgotten log, or a copy of one, by its shown path."""
    forgotten = [entry for entry in entries if entry.is_forgotten]
    if not forgotten:
        return {}
    found = {}
    for claim in identify(logs, forgotten):
        entry = claim.entry or claim.known_of or claim.whole.entry or claim.whole.known_of
        if entry is not None:
            found[claim.path] = entry.forgotten_words
    return found


def _line_digests(entry: LedgerEntry, file: LogSource | None) -> tuple[str, ...]:
    """Return the digests of the first lines of a log whose file is still there, none for any other."""
    with suppress(OSError):
        content = None if file is None else Content(file.path, file.path.stat().st_size)
        if content is not None and content.continued([entry]):
            return content.line_digests()
    return ()


def _forgotten(entry: LedgerEntry, now: datetime, line_digests: tuple[str, ...]) -> LedgerEntry:
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    state = replace(entry.state, forgotten_at=moment, line_digests=line_digests)
    note = LedgerEntry({}, LogState(**{name: getattr(state, name) for name in _KEPT_OF_STATE}))
    nothing = {"int64": 0, "float64": None, "string": None, "bool": None, "timestamp": None}
    row: dict[str, Any] = {
        column.name: entry.row[column.name] if column.name in _KEPT_OF_ROW else nothing[column.kind]
        for column in LOG_FILES.columns
    }
    row |= {
        "ingest_status": "forgotten",
        "problem": note.forgotten_words,
        "content_version": stable_id("forgotten", entry.state.content_digest),
    }
    return LedgerEntry(row, note.state)


def _remove_empty_folder(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _set_aside(lake: Path, log_file_id: str) -> Iterator[Path]:
    """Yield what could not be understood and has the id of a log: its row, or the folder of its parts."""
    aside = lake / ASIDE_FOLDER_NAME
    yield from (path for path in aside.glob(f"*/{log_file_id}*") if not path.is_symlink())


def _remove(path: Path) -> int:
    if not path.is_dir():
        path.unlink()
        return 1
    count = sum(1 for file in path.rglob("*") if file.is_file())
    shutil.rmtree(path)
    return count
