"""Alerts as JSON: what is new and worth a warning since the site before, or the run that failed.

The file and the post have the same form; `text` says it in words, which chat services show as it is. When an alert is
due, where the file goes and who is told belong to orchestration/defs/site/alerting.py.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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
class FailedRun:
    """A run that failed, and why."""

    run_id: str
    reason: str


def write_alerts(project: str, made_at: str, alerts: Sequence[Alert], failed_run: FailedRun | None = None) -> bytes:
    """Return the alerts as JSON; no alert is a file that says so."""
    return json_bytes(
        {
            "project": project,
            "made_at": made_at,
            "text": "\n".join(_lines(project, alerts, failed_run)),
            "failed_run": asdict(failed_run) if failed_run else None,
            "new": [asdict(alert) for alert in alerts],
        }
    )


def _lines(project: str, alerts: Sequence[Alert], failed_run: FailedRun | None) -> list[str]:
    if failed_run:
        return [f"Sightline: a run for {project} failed, the site published before stays: {failed_run.reason}"]
    if not alerts:
        return [f"Sightline: nothing new for {project}"]
    said = [f"- {alert.severity}: {' '.join(alert.title.split())}" for alert in alerts[:_SAID]]
    rest = [f"- and {len(alerts) - _SAID:,} more"] if len(alerts) > _SAID else []
    return [f"Sightline: {len(alerts):,} new for {project}", *said, *rest]
