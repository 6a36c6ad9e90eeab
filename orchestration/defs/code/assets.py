"""The raw tables of the code: one step that scans sources, declarations and coverage reports.

How a source tree is read belongs to orchestration/code_scan; here its tables become assets.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg

from orchestration.code_scan.options import ScanProgress, ScanReport
from orchestration.code_scan.unread_languages import words_of_unread
from orchestration.defs.catalogue import materialize_raw_table, raw_table_spec
from orchestration.defs.code.options import scan_options
from orchestration.defs.logs.redaction_key import redaction_key
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.domain.amounts import counted
from orchestration.domain.tables import CODE_TABLES

SHOWN_DECLARATIONS = 3
ORIGIN = "From the application's source tree, its declared sequences and its coverage reports."


def build_code_assets(platform: Platform) -> dg.AssetsDefinition:
    """Return the assets of the code's raw tables."""

    @dg.multi_asset(
        name="scan_code",
        specs=[raw_table_spec(table, platform.home, "code", ORIGIN) for table in CODE_TABLES],
    )
    def code_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        """Scan the code: symbols, declared sequences, where each handler's function is, tests and coverage."""
        with platform.home.exclusive(), step("scan code", platform.listener) as going:
            report = _scan(platform, going)
            context.log.info(_summary(report))
            going.say(_summary(report))
        for table in CODE_TABLES:
            yield materialize_raw_table(context, platform.home, table)

    return code_tables


def _scan(platform: Platform, going: Step) -> ScanReport:
    from orchestration.code_scan.scan import scan_code

    inputs = platform.settings.inputs

    def hear(progress: ScanProgress) -> None:
        going.say(f"{progress.stage}, {progress.done_count:,} of {progress.total_count:,}")

    code = [Path(root) for root in inputs.code]
    # The first run of a home makes its key.
    options = replace(scan_options(platform.settings), redaction_key=redaction_key(platform.settings, platform.home))
    return scan_code(code, inputs.sequences, inputs.coverage, platform.home.lake, options, hear)


def _summary(report: ScanReport) -> str:
    return (
        f"{report.file_count:,} files ({report.parsed_file_count:,} parsed), {report.sequence_count:,} sequences, "
        f"{report.handler_count:,} handlers: {report.unique_handler_count:,} found in one place, "
        f"{report.ambiguous_handler_count:,} in several, {report.unresolved_handler_count:,} nowhere"
        f"{_not_read(report)}{_limits(report)}"
    )


def _limits(report: ScanReport) -> str:
    """Say how many things about reports and history are told on the page Data health."""
    count = sum(problem.kind in ("report", "history", "owners") for problem in report.problems)
    return f"; {counted(count, 'limit')} of reports and history (see Data health)" if count else ""


def _not_read(report: ScanReport) -> str:
    """Say which languages are not read, and which files given as declarations declare nothing."""
    words = [words_of_unread(report.unread)]
    words += [problem.problem for problem in report.problems if problem.kind == "declaration"]
    undeclared = [problem for problem in report.problems if problem.kind == "foreign declaration"]
    words += [f"{problem.path} {problem.problem}" for problem in undeclared[:SHOWN_DECLARATIONS]]
    if len(undeclared) > SHOWN_DECLARATIONS:
        words.append(f"{len(undeclared) - SHOWN_DECLARATIONS:,} more such files")
    return "".join(f"; {text}" for text in words if text)
