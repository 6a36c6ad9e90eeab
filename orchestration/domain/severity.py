"""The one scale of severity, and the words people read for it.

Every check, deviation, anomaly, recommendation, gate and alert uses these three names in tables and files; pages and
the command line show the words. A severity of a log record (debug to error) is another thing: it is the application's.
"""

from collections.abc import Mapping
from typing import Literal

Severity = Literal["critical", "warning", "info"]

# The most severe first: the order of lists.
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
SEVERITY_WORDS: Mapping[Severity, str] = {"critical": "High", "warning": "Medium", "info": "Low"}


def at_least(severity: Severity) -> tuple[Severity, ...]:
    """Return the severities that are as severe as `severity`, or more."""
    return SEVERITIES[: SEVERITIES.index(severity) + 1]
