"""The raw tables of the code: one step that scans sources, declarations and coverage reports.

How a source tree is read belongs to orchestration/code_scan; here its tables become assets.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.defs.catalogue import count_lake_rows, materialize_raw_table, raw_table_spec
from orchestration.defs.platform import Platform
from orchestration.defs.progress import Step, step
from orchestration.domain.tables import CODE_TABLES, HANDLERS, SEQUENCES, SOURCE_FILES

ORIGIN = "From the application's source tree, its declared sequences and its coverage reports."


def build_code_assets(platform: Platform) -> dg.AssetsDefinition:
    """Return the assets of the code's raw tables."""

    @dg.multi_asset(
        name="scan_code",
        specs=[raw_table_spec(table, platform.home, "code", ORIGIN) for table in CODE_TABLES],
        pool="lake",
    )
    def code_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        """Scan the code: symbols, declared sequences, where each handler's function is, tests and coverage."""
        with platform.home.exclusive(), step("scan code", platform.listener) as going:
            _scan(platform, going)
            going.say(_summary(platform))
        for table in CODE_TABLES:
            yield materialize_raw_table(context, platform.home, table)

    return code_tables


def _scan(platform: Platform, going: Step) -> None:
    from orchestration.code_scan.scan import ScanOptions, scan_code

    inputs, scan = platform.settings.inputs, platform.settings.scan
    scan_code(
        [Path(root) for root in inputs.code],
        inputs.sequences,
        inputs.coverage,
        platform.home.lake,
        ScanOptions(max_file_bytes=scan.max_file_bytes, exclude=scan.exclude),
    )


def _summary(platform: Platform) -> str:
    counted = {
        table.name: count_lake_rows(platform.home.lake, table)[0] for table in (SOURCE_FILES, SEQUENCES, HANDLERS)
    }
    return f"{counted['source_files']:,} files, {counted['sequences']:,} sequences, {counted['handlers']:,} handlers"
