"""The raw tables of the logs: one step that ingests every log it has not read yet.

How a log is read belongs to orchestration/log_ingest; here its tables become assets.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.catalogue import materialize_raw_table, raw_table_spec
from orchestration.defs.logs.options import ingest_options
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.domain.errors import UsageError
from orchestration.domain.passed_over import words_of_passed_over
from orchestration.domain.tables import LOG_TABLES
from orchestration.log_ingest.options import IngestProgress, IngestReport

ORIGIN = "From the logs the application wrote; a log that was read before is not read again."
NO_LOGS = "no logs are given; name them with --logs, or in sightline.toml as logs = [...] under [inputs]"


def build_log_assets(platform: Platform) -> dg.AssetsDefinition:
    """Return the assets of the logs' raw tables."""

    @dg.multi_asset(
        name="ingest_logs",
        specs=[raw_table_spec(table, platform.home, "logs", ORIGIN) for table in LOG_TABLES],
    )
    def log_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        """Ingest the logs: discover, read what is new, and write records and rejected lines to the lake."""
        with platform.home.exclusive(), step("read logs", platform.listener) as going:
            report = ingest_configured_logs(platform, going)
            context.log.info(_summary(report))
            going.say(_summary(report))
        for table in LOG_TABLES:
            yield materialize_raw_table(context, platform.home, table)

    return log_tables


def ingest_configured_logs(platform: Platform, going: Step) -> IngestReport:
    """Ingest the logs the settings name; raise UsageError when they name none, or one that leads nowhere."""
    from orchestration.log_ingest.ingest import ingest_logs

    sources = platform.settings.inputs.logs
    if not sources:
        raise UsageError(NO_LOGS)

    def hear(progress: IngestProgress) -> None:
        megabytes = progress.done_byte_count / 1e6
        going.say(f"{progress.done_file_count} of {progress.file_count} files, {megabytes:.1f} MB")

    return ingest_logs(sources, platform.home.lake, ingest_options(platform), hear)


def _summary(report: IngestReport) -> str:
    problems = f", {len(report.problems)} with a problem" if report.problems else ""
    others = report.file_count_by_status.get("not_a_log", 0)
    problems += f", {others:,} not a log" if others else ""
    forgotten = report.file_count_by_status.get("forgotten", 0)
    problems += f", {forgotten:,} forgotten and not read" if forgotten else ""
    if report.set_aside_count:
        problems += f"; {report.set_aside_count:,} files of the lake could not be understood: kept in lake/set_aside"
    passed_over = words_of_passed_over(report.passed_over)
    problems += f"; {passed_over}" if passed_over else ""
    return (
        f"{report.file_count:,} files ({report.read_file_count:,} read), {report.line_count:,} lines, "
        f"{report.record_count:,} records, {report.rejected_line_count:,} rejected{problems}"
    )
