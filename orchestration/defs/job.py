"""The job that does everything, and the schedules that run it."""

import dagster as dg

from orchestration.settings import ScheduleSettings

JOB_NAME = "publish_site"
SCHEDULE_NAME = "publish_site_daily"
HOURLY_SCHEDULE_NAME = "publish_site_hourly"

# A run that died with its machine is tried once more; one that failed for a reason fails again for the same.
RETRIES = {"dagster/max_retries": "1", "dagster/retry_on_asset_or_op_failure": "false"}


def build_job_defs(schedule: ScheduleSettings) -> dg.Definitions:
    """Return the job over all assets and checks, and its schedules, which are switched on in Dagster's UI.

    Steps run one after another in one process: a step uses all processors itself, and a new process costs seconds
    of imports (50 s of CPU against 18 for a small graph).
    """
    job = dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Reads logs and code, builds and checks the warehouse, publishes the site.",
        tags=RETRIES,
    )
    daily = dg.ScheduleDefinition(
        name=SCHEDULE_NAME,
        job=job,
        cron_schedule=schedule.cron,
        execution_timezone=schedule.timezone,
        description="Publishes the site once a day.",
    )
    hourly = dg.ScheduleDefinition(
        name=HOURLY_SCHEDULE_NAME,
        job=job,
        cron_schedule=schedule.hourly_cron,
        execution_timezone=schedule.timezone,
        description="Publishes what is new; a run with nothing new does almost nothing.",
    )
    return dg.Definitions(jobs=[job], schedules=[daily, hourly])
