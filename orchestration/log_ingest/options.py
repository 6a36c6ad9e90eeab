"""What a caller of log ingest gives and gets: options, progress, report.

Plain frozen data, no behaviour. Where the values come from (files, environment) is orchestration/settings.py.
"""

from dataclasses import dataclass, field
from pathlib import Path

from orchestration.domain.passed_over import PassedOver
from orchestration.redaction.rules import DEFAULT_GROUPS

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to ingest. `redaction_key` keys the marks that replace secrets: same key and secret, same mark."""

    workers: int | None = None
    settle_seconds: float = 60.0
    redaction_key: bytes = b"sightline"
    # Kinds of personal data to redact beside secrets; orchestration/redaction knows them.
    redaction_groups: tuple[str, ...] = DEFAULT_GROUPS
    dialect_folders: tuple[Path, ...] = ()
    # What is read, and made into rows, at once: memory is about 15 times this for each worker.
    block_byte_count: int = 8 * MEBIBYTE
    max_line_byte_count: int = MEBIBYTE
    # A log with less than this is cheap to read again, and its dialect may be clearer now.
    resume_byte_count: int = MEBIBYTE // 16
    # Every file is a new log, whatever other logs hold: for altered copies that are made on purpose.
    are_all_new: bool = False
    # Links that lead out of a given folder; without it they are listed only.
    follow_links: bool = False


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far a run is; byte counts are sizes on disk of the files that had to be read."""

    log_file_path: str
    done_file_count: int
    file_count: int
    done_byte_count: int
    byte_count: int


@dataclass(frozen=True, slots=True)
class LogProblem:
    """One log that could not be read, or not wholly."""

    log_file_path: str
    ingest_status: str
    problem: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run found. Line counts speak of all discovered logs, `read_*` of what this run had to read."""

    file_count_by_status: dict[str, int] = field(default_factory=dict)
    new_file_count: int = 0
    changed_file_count: int = 0
    unchanged_file_count: int = 0
    line_count: int = 0
    record_count: int = 0
    other_record_count: int = 0
    rejected_line_count: int = 0
    blank_line_count: int = 0
    redaction_count: int = 0
    byte_count: int = 0
    read_file_count: int = 0
    read_byte_count: int = 0
    problems: tuple[LogProblem, ...] = ()
    # Files of the lake that no version known here wrote; they are kept in lake/set_aside.
    set_aside_count: int = 0
    # What lies in the folders of logs and is none.
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def file_count(self) -> int:
        """Return the number of logs discovered."""
        return sum(self.file_count_by_status.values())
