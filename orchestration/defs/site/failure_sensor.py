"""The sensor on failed runs: Dagster tells it, it writes the alert and posts it.

Only runs that Dagster's server sees end; `sightline run` tells its caller by its exit code.
"""

import dagster as dg

from orchestration.defs.job import JOB_NAME
from orchestration.defs.platform import Platform
from orchestration.defs.site.alerting import report_failed_run


def build_failure_sensor(platform: Platform) -> dg.SensorDefinition:
    """Return the sensor on failed runs of the job."""

    @dg.run_failure_sensor(
        name="run_failed",
        description="Writes an alert when a run failed, and posts it where a webhook is set.",
    )
    def run_failed(context: dg.RunFailureSensorContext) -> None:
        if context.dagster_run.job_name != JOB_NAME:
            return
        said = report_failed_run(
            platform, context.dagster_run.run_id, context.failure_event.message or "no reason given"
        )
        context.log.info(f"alert written{said}")

    return run_failed
