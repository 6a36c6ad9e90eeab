"""The quick half of a run, for a site that follows growing logs: new lines, the tables below them, the pages.

Nothing is judged, no data test is run and Dagster records nothing here: the whole run does that once the logs are
quiet (orchestration/cli/watching.py). What is built is the same either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.defs.dbt.warehouse import refresh_models
from orchestration.defs.logs.assets import ingest_configured_logs
from orchestration.defs.platform import Platform
from orchestration.defs.progress import step
from orchestration.defs.publishing import publish_tables
from orchestration.defs.site.assets import publish_if_changed


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: logs read again, and the lines all logs hold now."""

    read_file_count: int
    line_count: int


def refresh(platform: Platform, manifest: Mapping[str, Any]) -> Refreshed:
    """Bring warehouse and site up to the logs as they are now; a site published before stays if anything fails."""
    with platform.home.exclusive():
        with step("read logs", platform.listener) as going:
            report = ingest_configured_logs(platform, going)
        if report.read_file_count:
            with step("build warehouse", platform.listener) as going:
                refresh_models(platform.home, manifest, going)
            with step("publish tables", platform.listener) as going:
                publish_tables(platform.home, manifest, going)
            with step("publish site", platform.listener) as going:
                going.say(publish_if_changed(platform, going))
    return Refreshed(report.read_file_count, report.line_count)
