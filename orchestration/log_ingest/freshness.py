"""What must be read of a log that is known: nothing, from its last record on, or the whole.

Pure decisions over what identity.py found and the ledger. Reading is log_feed.py.
"""

import time
from collections.abc import Sequence

from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.identity import Claim
from orchestration.log_ingest.ledger_entry import LedgerEntry
from orchestration.log_ingest.log_feed import LogJob
from orchestration.log_ingest.maker import maker_digest
from orchestration.log_ingest.options import IngestOptions
from orchestration.redaction.redactor import Redactor


def plan_job(
    claim: Claim, entry: LedgerEntry, dialects: Sequence[Dialect], redactor: Redactor, options: IngestOptions
) -> LogJob | None:
    """Return the job a known log needs; None when what is ingested of it is all there is. Raises OSError."""
    whole = LogJob(claim.source, claim.size, claim.modified_ns, entry.log_file_id)
    if entry.state.maker != _maker_now(entry, dialects, redactor) or entry.row["ingest_status"] == "unreadable":
        return whole
    if claim.is_untouched and not _is_now_settled(entry, options):
        return None
    content = claim.opened()
    if not content.is_archive and entry.state.consumed == claim.size:
        return None
    if content.is_archive and content.digests()[1] == entry.state.consumed:
        return None
    is_long = entry.state.consumed >= options.resume_byte_count
    if entry.state.is_resumable and is_long and not content.is_archive:
        return LogJob(claim.source, claim.size, claim.modified_ns, entry.log_file_id, grown_from=entry)
    return whole


def _maker_now(entry: LedgerEntry, dialects: Sequence[Dialect], redactor: Redactor) -> str:
    by_name = {dialect.name: dialect for dialect in dialects}
    return maker_digest(by_name.get(entry.row["dialect_name"]), dialects, redactor)


def _is_now_settled(entry: LedgerEntry, options: IngestOptions) -> bool:
    """Tell whether a line held back before is by now old enough to be taken as it is."""
    age = time.time() - entry.state.modified_ns / 1e9
    return entry.row["held_back_byte_count"] > 0 and age >= options.settle_seconds
