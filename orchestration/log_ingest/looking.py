"""Look at logs before anything is read: which dialect each speaks, by its beginning, and what is no log at all.

Nothing is kept. What becomes of a log's lines is decided when it is ingested.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.log_ingest.dialect import WRAPPED
from orchestration.log_ingest.dialect_file import load_dialects
from orchestration.log_ingest.discovery import discover_logs
from orchestration.log_ingest.documents import describe_document
from orchestration.log_ingest.forgetting import passed_over
from orchestration.log_ingest.ledger import read_entries
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import recognise

# The whole of most logs, and little enough to look at thousands.
_LOOKED_AT_BYTE_COUNT = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """What a log is: of a dialect, or no log with `what` it is instead, or neither where nothing is known of it.

    `passed_over` says why it would not be read at all.
    """

    log_file_path: str
    dialect_name: str | None = None
    what: str | None = None
    passed_over: str | None = None

    @property
    def is_understood(self) -> bool:
        """Tell whether a dialect knows the log's messages."""
        return self.dialect_name not in (None, WRAPPED.name)

    @property
    def words(self) -> str:
        """Say what the log is."""
        if self.passed_over:
            return self.passed_over.rstrip(".")
        if self.what:
            return f"not a log: {self.what}"
        if self.dialect_name == WRAPPED.name:
            return f"{WRAPPED.name} ({WRAPPED.title})"
        return self.dialect_name or "of no dialect known here (see the guide 'Add a dialect')"


def look_at_logs(sources: Sequence[str], options: IngestOptions, lake: Path | None = None) -> list[Look]:
    """Return what each log of the sources is, and which a lake passes over. Raises UsageError as `ingest_logs` does."""
    dialects = load_dialects(options.dialect_folders)
    options = replace(options, block_byte_count=_LOOKED_AT_BYTE_COUNT, settle_seconds=0)
    looks = []
    logs = discover_logs(sources, follow_links=options.follow_links)
    left_out = passed_over(logs, read_entries(lake)) if lake else {}
    for log in logs:
        if log.log_file_path in left_out:
            looks.append(Look(log.log_file_path, passed_over=left_out[log.log_file_path]))
            continue
        if log.problem:
            looks.append(Look(log.log_file_path, what=log.problem))
            continue
        try:
            segment = next(LogFeed(LogJob(log, 0, 0), options).segments())
            dialect = recognise([segment], dialects)[0].dialect
            if dialect:
                looks.append(Look(log.log_file_path, dialect_name=dialect.name))
            else:
                looks.append(Look(log.log_file_path, what=describe_document(log.path)))
        except OSError as error:
            looks.append(Look(log.log_file_path, what=f"a file that cannot be read: {error.strerror or error}"))
    return looks
