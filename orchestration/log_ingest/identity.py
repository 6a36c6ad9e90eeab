"""Which log a file is: told by its content, not by its name.

A file that begins with what was read of a log is that log, wherever it lies now. A file all of whose bytes are the
beginning of another's is a copy of it. Pure decisions over the ledger and the files; what follows is ingest.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.given_files import why_refused
from orchestration.log_ingest.contents import Content
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.ledger_entry import LedgerEntry

# Files whose first bytes differ have nothing in common; shorter ones are compared with all.
_COMPARED_HEAD = 64


@dataclass(slots=True)
class Claim:
    """What a file on disk is: known as `entry`, or a copy of what `primary` is, or new.

    `is_untouched`: size and time are as they were, it was not opened. `problem`: it cannot be read.
    `known_of`: the log that holds all bytes of this file and is gone from its place, or was forgotten.
    """

    source: LogSource
    size: int = -1
    modified_ns: int = -1
    entry: LedgerEntry | None = None
    primary: "Claim | None" = None
    known_of: LedgerEntry | None = None
    is_untouched: bool = False
    problem: str | None = None
    content: Content | None = None

    @property
    def path(self) -> str:
        """Return the path people see."""
        return self.source.log_file_path

    @property
    def whole(self) -> "Claim":
        """Return the claim of the file that holds all bytes of this one: itself, when it is no copy."""
        return self.primary.whole if self.primary else self

    @property
    def is_copy(self) -> bool:
        """Tell whether all its bytes belong to another log."""
        return self.primary is not None or self.known_of is not None

    def opened(self) -> Content:
        """Return the content, opened when it was not yet. Raises OSError."""
        if self.content is None:
            self.content = Content(self.source.path, self.size)
        return self.content


def identify(logs: Sequence[LogSource], entries: Iterable[LedgerEntry]) -> list[Claim]:
    """Return what each file is."""
    return _Identities(list(entries)).of(seen(logs))


def seen(logs: Sequence[LogSource]) -> list[Claim]:
    """Return what is known of each file without a look into it: nothing but size and time."""
    return [_seen(log) for log in logs]


def _seen(log: LogSource) -> Claim:
    refused = log.problem or why_refused(log.path)
    if refused:
        return Claim(log, problem=log.problem or f"The file cannot be read: {refused}.")
    try:
        status = log.path.stat()
    except OSError as error:
        return Claim(log, problem=_words(error))
    return Claim(log, status.st_size, status.st_mtime_ns)


def _words(error: OSError) -> str:
    return f"The file cannot be read: {error.strerror or error}."


class _Identities:
    def __init__(self, entries: list[LedgerEntry]) -> None:
        self._read = [entry for entry in entries if entry.state.consumed and not entry.is_duplicate]
        self._by_id = {entry.log_file_id: entry for entry in entries}
        self._by_path: dict[str, list[LedgerEntry]] = defaultdict(list)
        for entry in entries:
            self._by_path[entry.log_file_path].append(entry)
        self._earlier = {digest: entry for entry in self._read for digest in entry.state.earlier_digests}

    def of(self, claims: list[Claim]) -> list[Claim]:
        readable = [claim for claim in claims if claim.problem is None]
        for claim in readable:
            self._see_untouched(claim)
        held = {claim.entry.log_file_id: claim for claim in readable if claim.entry and not claim.entry.is_duplicate}
        for claim in readable:
            self._see_untouched_copy(claim, held)
        for claim in readable:
            if not claim.is_untouched:
                self._open(claim)
        opened = [claim for claim in readable if claim.content is not None]
        fresh = self._of_known(opened, held)
        self._of_each_other([claim for claim in fresh if claim.opened().head], readable)
        return claims

    def _see_untouched(self, claim: Claim) -> None:
        for entry in self._by_path[claim.path]:
            if (entry.state.size, entry.state.modified_ns) == (claim.size, claim.modified_ns):
                claim.entry, claim.is_untouched = entry, True

    def _see_untouched_copy(self, claim: Claim, held: dict[str, Claim]) -> None:
        """Leave a copy one while its log is untouched too; else it may be what is left of the log."""
        if claim.entry is None or not claim.entry.is_duplicate:
            return
        claim.primary = held.get(claim.entry.state.duplicate_of_id)
        claim.is_untouched = claim.primary is not None
        claim.entry = None

    def _open(self, claim: Claim) -> None:
        try:
            claim.opened()
        except OSError as error:
            claim.problem = _words(error)

    def _of_known(self, claims: list[Claim], held: dict[str, Claim]) -> list[Claim]:
        """Give each log that was read before to the file that continues it; return the files that continue none."""
        fresh = []
        groups: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            try:
                found = claim.opened().continued(self._read)
            except OSError as error:
                claim.problem = _words(error)
                continue
            if found:
                longest = max(found, key=lambda entry: (entry.state.consumed, entry.log_file_path == claim.path))
                groups[longest.log_file_id].append(claim)
            else:
                fresh.append(claim)
        for log_file_id, group in groups.items():
            holder = held.get(log_file_id)
            if holder:
                self._open(holder)
            entry = self._by_id[log_file_id]
            further = _continue(entry, group, holder if holder and holder.content else None)
            if entry.is_forgotten:
                # However they went on: what they begin with is not to come back.
                for claim in further:
                    claim.known_of = entry
                further = []
            fresh += further
        return [claim for claim in fresh if not self._is_known_beginning(claim)]

    def _is_known_beginning(self, claim: Claim) -> bool:
        """Tell whether all bytes of a file were read once, of a log that went on."""
        content = claim.opened()
        claim.known_of = content.begins_like([entry for entry in self._read if entry.is_forgotten])
        if claim.known_of is not None:
            return True
        counts = {int(digest.split(":")[0]) for digest in self._earlier if ":" in digest}
        if content.head and counts and (content.is_archive or content.size in counts):
            digests, count = content.digests()
            claim.known_of = self._earlier.get(f"{count}:{digests[count]}")
        return claim.known_of is not None

    def _of_each_other(self, fresh: list[Claim], readable: list[Claim]) -> None:
        """Make files whose bytes are the beginning of another file's copies of the longest such file."""
        if not fresh:
            return
        tops: dict[bytes, list[Claim]] = defaultdict(list)
        new = {id(claim) for claim in fresh}
        for claim in readable:
            if id(claim) not in new and not claim.is_copy and claim.problem is None:
                self._open(claim)
                if claim.content and claim.content.head:
                    tops[claim.content.head[:_COMPARED_HEAD]].append(claim)
        for claim in sorted(fresh, key=lambda claim: claim.path):
            self._place(claim, tops)

    def _place(self, claim: Claim, tops: dict[bytes, list[Claim]]) -> None:
        content = claim.opened()
        key = content.head[:_COMPARED_HEAD]
        near = [top for other in _keys_near(key, tops) for top in tops[other]]
        for top in near:
            if _begins_with(top, claim):
                claim.primary = top
                return
        for top in near:
            if top.entry is None and _begins_with(claim, top):
                top.primary = claim
                tops[top.opened().head[:_COMPARED_HEAD]].remove(top)
        tops[key].append(claim)


def _begins_with(one: Claim, other: Claim) -> bool:
    try:
        return one.opened().begins_with(other.opened())
    except OSError:  # moved away while it was looked at: the next run sees where it is
        return False


def _keys_near(key: bytes, tops: dict[bytes, list[Claim]]) -> list[bytes]:
    if len(key) < _COMPARED_HEAD:
        return [other for other in tops if other.startswith(key) or key.startswith(other)]
    return [other for other in tops if other == key or (len(other) < _COMPARED_HEAD and key.startswith(other))]


def _continue(entry: LedgerEntry, group: list[Claim], holder: Claim | None) -> list[Claim]:
    """Give a log to one of the files that begin with it: the one in its place, or a longer one that holds that too.

    Files that are the beginning of the chosen one are copies; those that went on otherwise are returned: new logs.
    """
    group.sort(key=lambda claim: (claim.path != entry.log_file_path, -claim.size, claim.path))
    everyone = [holder, *group] if holder else group
    chosen = everyone[0]
    for claim in everyone[1:]:
        if _begins_with(claim, chosen) and not _begins_with(chosen, claim):
            chosen = claim
    fresh = []
    for claim in everyone:
        claim.entry = entry if claim is chosen else None
        if claim is chosen:
            continue
        claim.is_untouched = False
        if _begins_with(chosen, claim):
            claim.primary = chosen
        else:
            fresh.append(claim)
    return fresh
