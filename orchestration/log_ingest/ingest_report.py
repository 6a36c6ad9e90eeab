"""What an ingest run found, in counts: over the ledger's entries of the logs that are there."""

from collections import Counter
from collections.abc import Mapping, Sequence

from orchestration.log_ingest.ledger_entry import LedgerEntry
from orchestration.log_ingest.log_feed import LogJob
from orchestration.log_ingest.options import IngestReport, LogProblem

_SUMMED = (
    "line_count",
    "record_count",
    "other_record_count",
    "rejected_line_count",
    "blank_line_count",
    "redaction_count",
    "byte_count",
)


def report_of(
    entries: Sequence[LedgerEntry], before: Mapping[str, LedgerEntry], jobs: Sequence[LogJob]
) -> IngestReport:
    """Return the report of a run that read `jobs`, when the ledger held `before` and now `entries`."""
    rows = [entry.row for entry in entries]
    known = [entry for entry in entries if entry.log_file_id in before]
    changed = [
        entry for entry in known if before[entry.log_file_id].row["content_version"] != entry.row["content_version"]
    ]
    return IngestReport(
        file_count_by_status=dict(sorted(Counter(str(row["ingest_status"]) for row in rows).items())),
        new_file_count=len(entries) - len(known),
        changed_file_count=len(changed),
        unchanged_file_count=len(known) - len(changed),
        read_file_count=len(jobs),
        read_byte_count=sum(
            job.size - (job.grown_from.state.resumption.offset if job.grown_from else 0) for job in jobs
        ),
        problems=tuple(
            LogProblem(row["log_file_path"], row["ingest_status"], row["problem"])
            for row in rows
            if row["ingest_status"] in ("unrecognised", "damaged", "unreadable")
        ),
        **{name: sum(row[name] for row in rows) for name in _SUMMED},
    )
