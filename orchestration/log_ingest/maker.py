"""What made a log's rows, in one hash: when it changes, the log is ingested again.

It covers the engine's version, the dialect's rules, how all dialects are told apart, and the redaction rules and key.
"""

from collections.abc import Sequence

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.redaction import Redactor

# Raise when the same bytes and dialect give other rows than before.
ENGINE_VERSION = 1


def maker_digest(dialect: Dialect | None, dialects: Sequence[Dialect], redactor: Redactor) -> str:
    """Return the hash of everything but the bytes that shapes the rows of a log of `dialect`."""
    detections = sorted((other.name, repr(other.detection)) for other in dialects)
    return stable_id(ENGINE_VERSION, dialect.digest if dialect else "", detections, redactor.digest)
