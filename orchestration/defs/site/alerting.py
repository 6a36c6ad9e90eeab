"""After a publication: which recommendations and failed checks are new and worth a warning, written down and posted.

New is what the site before did not have (docs_site/queries/history.py). Nothing is posted unless a webhook is set; a
post that fails is said and changes nothing else. The form of an alert is orchestration/exports/alerts.py.
"""

import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docs_site.queries.health import failures_of, load_alarming_checks
from docs_site.queries.history import load_snapshots
from expectations.suite import DATA_PAGE
from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.domain.amounts import counted
from orchestration.exports.alerts import Alert, CheckAlert, FailedRun, write_alerts
from orchestration.warehouse import fetch_tuples, open_tables
from orchestration.whole_files import write_whole

# A chat service answers within a second; a run does not wait for one that is away.
_TIMEOUT_SECONDS = 10

_ALERTS = """
select recommendation_id, severity, title, fix, score, code_file_path, code_line_number,
       'insights.html#r-' || recommendation_id
from reports.rpt_recommendations
where severity in ('critical', 'warning') and outcome = 'open'
order by case severity when 'critical' then 0 else 1 end, recommendation_number
"""


def alerts_known(history: Path) -> frozenset[str]:
    """Return the recommendations and failed checks the newest site had."""
    newest = load_snapshots(history)[-1:]
    return frozenset(name for snapshot in newest for name in (*snapshot.recommendations, *snapshot.checks))


def raise_alerts(platform: Platform, known: Collection[str]) -> str:
    """Write and post what is new; say in words how much that was, nothing when it was nothing."""
    alerts = [alert for alert in _load(platform.home.published) if alert.recommendation_id not in known]
    checks = [alert for row in load_alarming_checks(platform.home.quality) if (alert := _new_failure(row, known))]
    content = write_alerts(platform.settings.project.name, _now(), alerts, checks)
    _write(platform.home, content)
    count = len(alerts) + len(checks)
    return f"{counted(count, 'new alert')}{_post(platform, content)}" if count else ""


def report_failed_run(platform: Platform, run_id: str, reason: str) -> str:
    """Write and post that a run failed; say what became of the post."""
    content = write_alerts(platform.settings.project.name, _now(), [], failed_run=FailedRun(run_id, reason))
    _write(platform.home, content)
    return _post(platform, content)


def _load(warehouse: Path) -> list[Alert]:
    with open_tables(warehouse) as connection:
        return [Alert(*row) for row in fetch_tuples(connection, _ALERTS)]


def _new_failure(row: Mapping[str, Any], known: Collection[str]) -> CheckAlert | None:
    """Return the alert of a failed check, with the things it did not fail for before; None when it failed for all."""
    new = [thing for name, thing in failures_of(dict(row)).items() if name not in known]
    things = [thing for thing in new if thing is not None]
    examples = [one for one in row["examples"] or () if not things or any(thing in one for thing in things)]
    alert = CheckAlert(
        row["check_name"], row["severity"], row["subject"] or "data", row["description"], things, row["expected"],
        row["observed"], examples, row["page"] or DATA_PAGE,
    )  # fmt: skip
    return alert if new else None


def _write(home: Home, content: bytes) -> None:
    path = home.exports / "alerts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def _post(platform: Platform, content: bytes) -> str:
    """Post to the webhook if there is one; say why it failed without naming the address, which may hold a secret."""
    webhook = platform.settings.alerts.webhook
    if webhook is None:
        return ""
    request = urllib.request.Request(
        webhook.get_secret_value(), content, {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):
            return ", posted"
    except urllib.error.HTTPError as error:
        reason = f"answered {error.code}"
    except (OSError, ValueError) as error:
        reason = f"could not be reached ({type(getattr(error, 'reason', error)).__name__})"
    return f"; warning: the webhook {reason}, they are in {platform.home.exports / 'alerts.json'}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
