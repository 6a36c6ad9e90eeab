"""What made a log's rows, in one hash: when it changes, the log is ingested again.

It covers the engine's version, the dialect's rules, how all dialects are told apart, and the redaction rules and key.
"""

from collections.abc import Sequence

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.dialect import Dialect
from orchestration.redaction.redactor import Redactor

# Raise when the same bytes and dialect give other rows than before.
ENGINE_VERSION = 2


def maker_digest(dialect: Dialect | None, dialects: Sequence[Dialect], redactor: Redactor) -> str:
    """Return the hash of everything but the bytes that can shape the rows of a log of `dialect`."""
    return _digest(dialect, dialects, redactor.digest)


def shaping_digest(
    dialect: Dialect | None, dialects: Sequence[Dialect], redactor: Redactor, *, has_redactions: bool
) -> str:
    """Return the hash of what did shape the rows of a log: the key of the marks only where there are marks.

    So that two homes, each with a key of its own, agree on the version of every log without secrets.
    """
    return _digest(dialect, dialects, redactor.digest if has_redactions else redactor.rules_digest)


def _digest(dialect: Dialect | None, dialects: Sequence[Dialect], redaction: str) -> str:
    detections = sorted((other.name, repr(other.detection)) for other in dialects)
    return stable_id(ENGINE_VERSION, dialect.digest if dialect else "", detections, redaction)
