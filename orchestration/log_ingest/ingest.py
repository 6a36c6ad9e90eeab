"""Ingest logs: the one entry point of the room.

Finds the logs, decides which to read, has them read in parallel, and commits each to the ledger: new rows become
visible, the same bytes under a second name add nothing. How a log becomes rows is workshop.py and below.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orchestration.domain.errors import UsageError
from orchestration.log_ingest.dialect_file import load_dialects
from orchestration.log_ingest.discovery import LogSource, discover_logs
from orchestration.log_ingest.freshness import plan_job
from orchestration.log_ingest.ledger import Ledger, LedgerEntry
from orchestration.log_ingest.log_draft import duplicate, unreadable
from orchestration.log_ingest.log_feed import LogJob
from orchestration.log_ingest.options import IngestOptions, IngestProgress, IngestReport, LogProblem
from orchestration.log_ingest.redaction import Redactor, load_rules
from orchestration.log_ingest.workshop import Workshop
from orchestration.whole_files import open_lock

ProgressCallback = Callable[[IngestProgress], None]


def ingest_logs(
    sources: Sequence[str | Path],
    lake: Path,
    options: IngestOptions | None = None,
    progress: ProgressCallback | None = None,
) -> IngestReport:
    """Ingest the logs of `sources` into `lake`; what is ingested already is not read again.

    Logs that vanished from the sources stay in the lake. Raises UsageError when a source does not exist, no log is
    found, a dialect is not valid, or another ingest of the same lake is running.
    """
    options = options or IngestOptions()
    logs = discover_logs(sources)
    workshop = Workshop(
        lake, load_dialects(options.dialect_folders), Redactor(load_rules(), options.redaction_key), options
    )
    with _only_run(lake):
        return _Run(workshop, logs, progress).done()


class _Run:
    """One ingest run over discovered logs."""

    def __init__(self, workshop: Workshop, logs: list[LogSource], progress: ProgressCallback | None) -> None:
        self._workshop = workshop
        self._logs = logs
        self._progress = progress
        self._ledger = Ledger(workshop.lake)
        self._versions = {path: entry.row["content_version"] for path, entry in self._ledger.entries.items()}
        self._primaries = {
            entry.state.content_digest: path
            for path, entry in self._ledger.entries.items()
            if entry.state.content_digest and not entry.is_duplicate
        }
        self._read: list[LogJob] = []
        self._unread: set[str] = set()

    def done(self) -> IngestReport:
        """Run and report."""
        jobs = self._plan(self._logs)
        self._ingest(jobs)
        if orphans := self._orphaned_duplicates():
            self._ingest(list(self._planned_anew(orphans)))
        return self._report()

    def _plan(self, logs: list[LogSource]) -> list[LogJob]:
        jobs = []
        for log in logs:
            try:
                job = plan_job(
                    log,
                    self._ledger.entries.get(log.log_file_path),
                    self._workshop.dialects,
                    self._workshop.redactor,
                    self._workshop.options,
                )
            except OSError as error:
                self._commit(unreadable(LogJob(log, -1, -1), f"The file cannot be read: {error.strerror or error}."))
                continue
            if job is not None:
                jobs.append(job)
        return jobs

    def _planned_anew(self, logs: list[LogSource]) -> Iterator[LogJob]:
        for log in logs:
            status = log.path.stat()
            yield LogJob(log, status.st_size, status.st_mtime_ns)

    def _ingest(self, jobs: list[LogJob]) -> None:
        self._read += jobs
        self._unread = {job.source.log_file_path for job in jobs}
        by_path = {job.source.log_file_path: job for job in jobs}
        done_bytes, total = 0, sum(job.size for job in jobs)
        waiting: list[LedgerEntry] = []
        for number, entry in enumerate(self._workshop.ingest(jobs), 1):
            self._unread.discard(entry.log_file_path)
            done_bytes += by_path[entry.log_file_path].size
            if self._must_wait(entry):
                waiting.append(entry)
            else:
                self._settle(entry)
            if self._progress:
                self._progress(IngestProgress(entry.log_file_path, number, len(jobs), done_bytes, total))
        for entry in sorted(waiting, key=lambda entry: entry.log_file_path):
            self._settle(entry)

    def _must_wait(self, entry: LedgerEntry) -> bool:
        """Tell whether the log that holds the same bytes may turn out to hold others now (a rotated log)."""
        return self._primaries.get(entry.state.content_digest) in self._unread

    def _settle(self, entry: LedgerEntry) -> None:
        """Commit an entry, as itself or as a duplicate."""
        digest = entry.state.content_digest
        primary = self._primaries.get(digest)
        if (
            primary is None
            or primary == entry.log_file_path
            or not entry.state.parts
            or self._has_left(primary, digest)
        ):
            self._commit(entry)
        elif primary in self._versions or primary < entry.log_file_path:
            self._ledger.discard(entry)
            self._commit(duplicate(entry, primary))
        else:
            # Both are new in this run: the path that sorts first is the primary, whichever was read first.
            self._commit(duplicate(self._ledger.entries[primary], entry.log_file_path))
            self._commit(entry)

    def _has_left(self, path: str, digest: str) -> bool:
        return self._ledger.entries[path].state.content_digest != digest

    def _commit(self, entry: LedgerEntry) -> None:
        before = self._ledger.entries.get(entry.log_file_path)
        if before is not None and entry.row["ingest_status"] == "unreadable":
            entry = _still_there(before, entry)
        elif before is not None and not entry.is_duplicate:
            entry = self._with_earlier_digests(before, entry)
        self._ledger.commit(entry)
        if not entry.is_duplicate and entry.state.parts:
            self._primaries[entry.state.content_digest] = entry.log_file_path

    def _with_earlier_digests(self, before: LedgerEntry, entry: LedgerEntry) -> LedgerEntry:
        """Remember what a grown log held before, as far as duplicates refer to it."""
        if before.state.content_digest == entry.state.content_digest:
            return replace(entry, state=replace(entry.state, earlier_digests=before.state.earlier_digests))
        if not entry.is_grown:
            return entry
        referred = {other.state.content_digest for other in self._duplicates_of(entry.log_file_path)}
        digests = {before.state.content_digest, *before.state.earlier_digests} & referred
        return replace(entry, state=replace(entry.state, earlier_digests=tuple(sorted(digests))))

    def _duplicates_of(self, path: str) -> list[LedgerEntry]:
        return [entry for entry in self._ledger.entries.values() if entry.row["duplicate_of_path"] == path]

    def _orphaned_duplicates(self) -> list[LogSource]:
        """Return the logs that were duplicates of what is no longer ingested."""
        orphans = []
        for log in self._logs:
            entry = self._ledger.entries[log.log_file_path]
            if not entry.is_duplicate:
                continue
            primary = self._ledger.entries.get(entry.row["duplicate_of_path"])
            held = (primary.state.content_digest, *primary.state.earlier_digests) if primary else ()
            if entry.state.content_digest not in held:
                orphans.append(log)
        return orphans

    def _report(self) -> IngestReport:
        entries = [self._ledger.entries[log.log_file_path] for log in self._logs]
        rows = [entry.row for entry in entries]
        new = [row for row in rows if row["log_file_path"] not in self._versions]
        changed = [
            row
            for row in rows
            if self._versions.get(row["log_file_path"], row["content_version"]) != row["content_version"]
        ]
        sums = {
            name: sum(row[name] for row in rows)
            for name in (
                "line_count",
                "record_count",
                "other_record_count",
                "rejected_line_count",
                "blank_line_count",
                "redaction_count",
                "byte_count",
            )
        }
        return IngestReport(
            file_count_by_status=dict(sorted(Counter(str(row["ingest_status"]) for row in rows).items())),
            new_file_count=len(new),
            changed_file_count=len(changed),
            unchanged_file_count=len(rows) - len(new) - len(changed),
            read_file_count=len(self._read),
            read_byte_count=sum(
                job.size - (job.grown_from.state.resumption.offset if job.grown_from else 0) for job in self._read
            ),
            problems=tuple(
                LogProblem(row["log_file_path"], row["ingest_status"], row["problem"])
                for row in rows
                if row["ingest_status"] in ("unrecognised", "damaged", "unreadable")
            ),
            **sums,
        )


def _still_there(before: LedgerEntry, now: LedgerEntry) -> LedgerEntry:
    """Return the entry of a log that can no longer be read: what was ingested of it stays."""
    row = before.row | {"ingest_status": "unreadable", "problem": now.row["problem"]}
    return LedgerEntry(row, replace(before.state, size=-1, modified_ns=-1))


@contextmanager
def _only_run(lake: Path) -> Iterator[None]:
    """Keep a second run out of the lake; the lock goes with the process, however it ends."""
    lake.mkdir(parents=True, exist_ok=True)
    with os.fdopen(open_lock(lake / ".ingest.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"Another ingest is writing to {lake}: wait for it to end.") from error
        yield
