"""What a scan is asked and what it answers: options, progress and report."""

from dataclasses import dataclass, field
from typing import Literal

from orchestration.domain.passed_over import PassedOver
from orchestration.redaction.rules import DEFAULT_GROUPS


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How a source tree is scanned.

    `exclude` holds patterns as in a .gitignore file, relative to each code root. `worker_count` 0 means one per core.
    """

    max_file_bytes: int = 2 << 20
    max_file_seconds: float = 10.0
    max_worker_bytes: int = 2 << 30
    worker_count: int = 0
    exclude: tuple[str, ...] = ()
    is_gitignore_respected: bool = True
    reads_budgets: bool = True
    # Links that lead out of a root; those that stay inside lead to what is scanned anyway.
    follow_links: bool = False
    # As in log ingest: what keys the marks that replace secrets, and which personal data they replace.
    redaction_key: bytes = b"sightline"
    redaction_groups: tuple[str, ...] = DEFAULT_GROUPS


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a scan is: files read of files to read, in one stage."""

    stage: str
    done_count: int
    total_count: int


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """Something that was left out, with the reason; `kind` says as what it was given."""

    path: str
    problem: str
    kind: Literal[
        "source file", "foreign declaration", "report", "history", "owners", "declaration", "language", "syntax"
    ] = "source file"


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan found and wrote; `row_counts` by table, `parsed_file_count` without files known from before."""

    file_count: int
    parsed_file_count: int
    row_counts: dict[str, int] = field(default_factory=dict)
    sequence_count: int = 0
    beat_count: int = 0
    handler_count: int = 0
    unique_handler_count: int = 0
    ambiguous_handler_count: int = 0
    unresolved_handler_count: int = 0
    problems: tuple[ScanProblem, ...] = ()
    # Files of languages that are not read.
    unread: tuple[PassedOver, ...] = ()
    seconds: float = 0.0
