"""Alerts as JSON: what is new and worth a warning since the site before, or the run that failed.

The file and the post have the same form; `text` says it in words, which chat services show as it is. When an alert is
due, where the file goes and who is told belong to orchestration/defs/site/alerting.py.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from orchestration.domain.amounts import more
from orchestration.domain.severity import SEVERITY_WORDS, Severity
from orchestration.exports.json_bytes import json_bytes

# A chat message is read, not studied; the file has all.
_SAID = 10


@dataclass(frozen=True, slots=True)
class Alert:
    """A recommendation that the site before did not have."""

    recommendation_id: str
    severity: str
    title: str
    fix: str
    score: float
    code_file_path: str | None
    code_line_number: int | None
    page: str


@dataclass(frozen=True, slots=True)
class CheckAlert:
    """A check that failed for what it did not fail for on the site before: `things` are those, none for the whole."""

    check_name: str
    severity: str
    subject: str
    title: str
    things: Sequence[str]
    expected: str
    found: str
    examples: Sequence[str]
    page: str


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed, and why."""

    run_id: str
    reason: str


def write_alerts(
    project: str,
    made_at: str,
    alerts: Sequence[Alert],
    checks: Sequence[CheckAlert] = (),
    failed_run: FailedRun | None = None,
) -> bytes:
    """Return the alerts as JSON; no alert is a file that says so."""
    return json_bytes(
        {
            "project": project,
            "made_at": made_at,
            "text": "\n".join(_lines(project, alerts, checks, failed_run)),
            "failed_run": asdict(failed_run) if failed_run else None,
            "new": [asdict(alert) for alert in alerts],
            "failed_checks": [asdict(check) for check in checks],
        }
    )


def _lines(
    project: str, alerts: Sequence[Alert], checks: Sequence[CheckAlert], failed_run: FailedRun | None
) -> list[str]:
    if failed_run:
        return [f"Sightline: a run for {project} failed, the site published before stays: {failed_run.reason}"]
    if not alerts and not checks:
        return [f"Sightline: nothing new for {project}"]
    count = len(alerts) + len(checks)
    lines = [*map(_check_line, checks), *(f"{_word(alert.severity)}: {alert.title}" for alert in alerts)]
    said = [f"- {' '.join(line.split())}" for line in lines[:_SAID]]
    rest = more(count, _SAID)
    return [f"Sightline: {count:,} new for {project}", *said, *([f"- {rest}"] if rest else [])]


def _check_line(check: CheckAlert) -> str:
    place = check.examples[0] if check.examples else check.found
    return f"{_word(check.severity)}: check failed: {check.title} {place}"


def _word(severity: str) -> str:
    return SEVERITY_WORDS.get(cast(Severity, severity), severity)
