"""Ingest logs: the one entry point of the room.

Finds the logs, tells which are known, has what is new read in parallel, and commits each to the ledger: new rows
become visible, the same bytes under a second name add nothing, and what was read stays, whatever became of its file.
How a file is told to be a known log is identity.py, how a log becomes rows is workshop.py and below.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.dialect_file import load_dialects
from orchestration.log_ingest.discovery import LogSource, discover
from orchestration.log_ingest.freshness import plan_job
from orchestration.log_ingest.identity import Claim, identify, seen
from orchestration.log_ingest.ingest_report import report_of
from orchestration.log_ingest.ledger import Ledger, only_writer, write_passed_over
from orchestration.log_ingest.ledger_entry import NOT_READ, LedgerEntry
from orchestration.log_ingest.log_draft import duplicate, unreadable
from orchestration.log_ingest.log_feed import LogJob
from orchestration.log_ingest.naming import kept_path, new_log_file_id
from orchestration.log_ingest.options import IngestOptions, IngestProgress, IngestReport
from orchestration.log_ingest.redaction import redact_names
from orchestration.log_ingest.workshop import Workshop
from orchestration.redaction.redactor import Redactor
from orchestration.redaction.rules import chosen_rules

ProgressCallback = Callable[[IngestProgress], None]
_EARLIER_DIGEST_COUNT = 256


def ingest_logs(
    sources: Sequence[str | Path],
    lake: Path,
    options: IngestOptions | None = None,
    progress: ProgressCallback | None = None,
) -> IngestReport:
    """Ingest the logs of `sources` into `lake`; what is ingested already is not read again.

    Logs that vanished from the sources stay in the lake. Raises SightlineError when no log is found; UsageError when a
    source does not exist, a dialect is not valid, or another ingest of the same lake is running.
    """
    options = options or IngestOptions()
    redactor = Redactor(chosen_rules(options.redaction_groups), options.redaction_key)
    found = redact_names(redactor, discover(sources, options.dialect_folders, follow_links=options.follow_links))
    workshop = Workshop(lake, load_dialects(options.dialect_folders), redactor, options)
    with only_writer(lake):
        write_passed_over(found.passed_over, lake)
        return replace(_Run(workshop, list(found.logs), progress).done(), passed_over=found.passed_over)


class _Run:
    """One ingest run over discovered logs."""

    def __init__(self, workshop: Workshop, logs: list[LogSource], progress: ProgressCallback | None) -> None:
        self._workshop = workshop
        self._progress = progress
        self._ledger = Ledger(workshop.lake)
        self._add_state_changes()
        self._before = dict(self._ledger.entries)
        self._claims = seen(logs) if workshop.options.are_all_new else identify(logs, self._before.values())
        self._copied: dict[str, tuple[str, int]] = {}
        self._beginnings: dict[str, list[str]] = {}
        # The id of each file that is there, by its path.
        self._ids = {claim.path: claim.entry.log_file_id for claim in self._claims if claim.entry}

    def done(self) -> IngestReport:
        """Run and report."""
        self._keep_what_is_gone()
        jobs = [job for claim in self._claims if (job := self._job(claim)) is not None]
        for claim in self._claims:
            self._look_at_copy(claim)
        self._ingest(jobs)
        for claim in self._claims:
            if claim.is_copy and claim.problem is None:
                self._commit_copy(claim)
        self._remove_empty()
        entries = [self._ledger.entries[self._ids[claim.path]] for claim in self._claims]
        return replace(report_of(entries, self._before, jobs), set_aside_count=self._ledger.set_aside_count)

    def _add_state_changes(self) -> None:
        """Take the state rows apart that an earlier version only kept: files need not be there for it."""
        for entry in list(self._ledger.entries.values()):
            if entry.has_rows and not entry.state.has_state_changes:
                self._ledger.commit(self._workshop.parts.with_state_changes(entry))

    def _keep_what_is_gone(self) -> None:
        """Keep the logs whose file is gone, under another name where a file took their place."""
        unreadable_paths = {claim.path for claim in self._claims if claim.problem}
        there, places = set(self._ids.values()), {claim.path for claim in self._claims}
        for entry in self._before.values():
            is_kept = entry.has_rows or entry.is_forgotten
            if entry.log_file_id in there or not is_kept or entry.log_file_path in unreadable_paths:
                continue
            kept = entry
            if entry.log_file_path in places:
                taken = places | {other.log_file_path for other in self._ledger.entries.values()}
                kept = self._workshop.parts.moved(entry, kept_path(entry, taken))
            if kept is not entry or not entry.row["is_gone"]:
                self._ledger.commit(replace(kept, row=kept.row | {"is_gone": True}))

    def _job(self, claim: Claim) -> LogJob | None:
        """Return what is to be read of a file; commit what is known without reading."""
        if claim.problem is not None:
            self._commit_unreadable(claim)
            return None
        if claim.is_copy:
            return None
        if claim.entry is None:
            return LogJob(claim.source, claim.size, claim.modified_ns, self._new_id(claim))
        entry = claim.entry
        if entry.is_forgotten:
            self._commit_found(self._moved(claim, entry), claim.size, claim.modified_ns)
            return None
        try:
            job = plan_job(claim, entry, self._workshop.dialects, self._workshop.redactor, self._workshop.options)
        except OSError as error:
            claim.problem = f"The file cannot be read: {error.strerror or error}."
            self._commit_unreadable(claim)
            return None
        if job is None:
            self._commit_found(self._moved(claim, entry), claim.size, claim.modified_ns)
        elif job.grown_from is not None:
            moved = self._moved(claim, entry)
            if moved is not entry:
                # Not yet as large as the file: a run killed before the rest is read must look again.
                self._commit_found(moved, -1, -1)
            job = replace(job, grown_from=self._ledger.entries[entry.log_file_id])
        return job

    def _moved(self, claim: Claim, entry: LedgerEntry) -> LedgerEntry:
        return entry if entry.log_file_path == claim.path else self._workshop.parts.moved(entry, claim.path)

    def _commit_found(self, entry: LedgerEntry, size: int, modified_ns: int) -> None:
        """Commit where a known log lies now, when it is news."""
        found = LedgerEntry(entry.row | {"is_gone": False}, replace(entry.state, size=size, modified_ns=modified_ns))
        known = self._ledger.entries[entry.log_file_id]
        if found.state != known.state or entry.row is not known.row or entry.row["is_gone"]:
            self._ledger.commit(found)

    def _new_id(self, claim: Claim) -> str:
        """Return the id of a new log, or of the entry without rows that stands for its place so far."""
        here = [
            entry.log_file_id
            for entry in self._before.values()
            if entry.log_file_path == claim.path and not entry.has_rows and not entry.is_forgotten
        ]
        free = [log_file_id for log_file_id in here if log_file_id not in self._ids.values()]
        head = claim.content.head if claim.content else b""
        taken = {*self._ledger.entries, *self._ids.values()}
        self._ids[claim.path] = free[0] if free else new_log_file_id(claim.path, head, taken)
        return self._ids[claim.path]

    def _look_at_copy(self, claim: Claim) -> None:
        """Take the digest of a new copy: the log that holds it is to know it with the bytes, in one commit."""
        if not claim.is_copy or claim.is_untouched or claim.problem is not None:
            return
        try:
            digests, count = claim.opened().digests()
        except OSError as error:
            claim.problem = f"The file cannot be read: {error.strerror or error}."
            self._commit_unreadable(claim)
            return
        self._copied[claim.path] = (digests[count], count)
        self._beginnings.setdefault(self._whole_id(claim), []).append(f"{count}:{digests[count]}")

    def _whole_id(self, claim: Claim) -> str:
        root = claim.whole
        return root.known_of.log_file_id if root.known_of else self._ids[root.path]

    def _ingest(self, jobs: list[LogJob]) -> None:
        by_id = {job.log_file_id: job for job in jobs}
        done_bytes, total = 0, sum(job.size for job in jobs)
        for number, entry in enumerate(self._workshop.ingest(jobs), 1):
            done_bytes += by_id[entry.log_file_id].size
            self._commit_read(entry)
            if self._progress:
                self._progress(IngestProgress(entry.log_file_path, number, len(jobs), done_bytes, total))

    def _commit_read(self, entry: LedgerEntry) -> None:
        before = self._ledger.entries.get(entry.log_file_id)
        if before is not None and before.has_rows:
            follow = _still_there if entry.row["ingest_status"] in NOT_READ else _following
            entry = follow(before, entry)
        if entry.row["ingest_status"] not in NOT_READ:
            for digest in self._beginnings.get(entry.log_file_id, ()):
                entry = _remembering(entry, digest)
        self._ledger.commit(entry)

    def _commit_unreadable(self, claim: Claim) -> None:
        """Say that a file cannot be read: what was read in its place before stays as it was."""
        elsewhere = {log_file_id for path, log_file_id in self._ids.items() if path != claim.path}
        here = [
            entry
            for entry in self._ledger.entries.values()
            if entry.log_file_path == claim.path and entry.log_file_id not in elsewhere
        ]
        known = claim.entry or next(iter(here), None)
        log_file_id = known.log_file_id if known else self._new_id(claim)
        self._ids[claim.path] = log_file_id
        if known is not None and known.is_forgotten:
            return
        self._commit_read(unreadable(LogJob(claim.source, -1, -1, log_file_id), claim.problem or ""))

    def _commit_copy(self, claim: Claim) -> None:
        """Commit a file all of whose bytes are ingested under another name."""
        whole = self._ledger.entries[self._whole_id(claim)]
        copies = [entry for entry in self._before.values() if entry.log_file_path == claim.path and entry.is_duplicate]
        if claim.is_untouched and copies:
            digest, count = copies[0].state.content_digest, copies[0].state.consumed
            self._ids[claim.path] = copies[0].log_file_id
        else:
            digest, count = self._copied[claim.path]
            remembering = _remembering(whole, f"{count}:{digest}")
            if remembering is not whole and whole.row["ingest_status"] not in NOT_READ:
                self._ledger.commit(remembering)
                whole = remembering
            self._new_id(claim)
        job = LogJob(claim.source, claim.size, claim.modified_ns, self._ids[claim.path])
        copy = duplicate(job, whole, digest, count)
        known = self._before.get(copy.log_file_id)
        if known is None or known.state != copy.state or any(known.row[name] != copy.row[name] for name in copy.row):
            self._ledger.commit(copy)

    def _remove_empty(self) -> None:
        """Remove the entries without rows whose file is gone: nothing is lost with them."""
        there = set(self._ids.values())
        for entry in list(self._ledger.entries.values()):
            if entry.log_file_id not in there and not entry.has_rows and not entry.is_forgotten:
                self._ledger.remove(entry.log_file_id)


def _remembering(whole: LedgerEntry, digest: str) -> LedgerEntry:
    """Return the entry of a log that knows the beginning of this digest as its own."""
    earlier = whole.state.earlier_digests
    if digest in earlier or digest == f"{whole.state.consumed}:{whole.state.content_digest}":
        return whole
    return replace(whole, state=replace(whole.state, earlier_digests=(*earlier, digest)[-_EARLIER_DIGEST_COUNT:]))


def _following(before: LedgerEntry, entry: LedgerEntry) -> LedgerEntry:
    """Return the entry of a log that was read before: it remembers what it was, and shows a move in its version."""
    state, row = entry.state, entry.row
    earlier = before.state.earlier_digests
    if before.state.content_digest != state.content_digest:
        digest = f"{before.state.consumed}:{before.state.content_digest}"
        earlier = (*(known for known in earlier if known != digest), digest)[-_EARLIER_DIGEST_COUNT:]
    if before.log_file_path != entry.log_file_path and before.row["content_version"] == row["content_version"]:
        row = row | {"content_version": stable_id(row["content_version"], entry.log_file_path)}
    return LedgerEntry(row, replace(state, earlier_digests=earlier))


def _still_there(before: LedgerEntry, now: LedgerEntry) -> LedgerEntry:
    """Return the entry of a log that can no longer be read: what was ingested of it stays."""
    row = before.row | {"ingest_status": now.row["ingest_status"], "problem": now.row["problem"]}
    return LedgerEntry(row, replace(before.state, size=-1, modified_ns=-1))
