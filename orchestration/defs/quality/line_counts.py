"""The check that nothing is dropped in silence: per log file, every line is in a record, rejected, or blank."""

from collections.abc import Mapping, Sequence

import dagster as dg

from orchestration.defs.home import Home
from orchestration.defs.platform import Platform
from orchestration.domain.tables import LOG_FILES, LOG_RECORDS, REJECTED_LINES, Table
from orchestration.lake import table_folder
from orchestration.warehouse import fetch_rows, open_files

LINE_COUNT_CHECK = "every_line_is_accounted_for"
EXAMPLES_AT_MOST = 20

# What the file's own counts say is compared with what is really in the two tables.
UNEVEN_FILES = """
with records as (
    select log_file_id, sum(line_count) as line_count from {records} group by log_file_id
),
rejected as (
    select log_file_id, count(*) as line_count from {rejected} group by log_file_id
)
select
    files.log_file_path,
    files.line_count,
    coalesce(records.line_count, 0)::bigint as record_lines,
    coalesce(rejected.line_count, 0) as rejected_lines,
    files.blank_line_count as blank_lines
from {files} as files
left join records using (log_file_id)
left join rejected using (log_file_id)
where files.line_count <> coalesce(records.line_count, 0) + coalesce(rejected.line_count, 0) + files.blank_line_count
   or files.record_line_count <> coalesce(records.line_count, 0)
   or files.rejected_line_count <> coalesce(rejected.line_count, 0)
order by files.log_file_path
"""


def build_line_count_check(platform: Platform) -> dg.AssetChecksDefinition:
    """Return the asset check on the sums of lines."""

    @dg.asset_check(
        asset=["raw", LOG_FILES.name],
        name=LINE_COUNT_CHECK,
        description="Per file, the lines in records, the rejected and the blank lines add up to all lines.",
        additional_deps=[["raw", LOG_RECORDS.name], ["raw", REJECTED_LINES.name]],
    )
    def every_line_is_accounted_for() -> dg.AssetCheckResult:
        uneven = find_uneven_files(platform.home)
        records = [dg.TableRecord(row) for row in uneven[:EXAMPLES_AT_MOST]]
        return dg.AssetCheckResult(
            passed=not uneven,
            description=describe_uneven(uneven) if uneven else None,
            metadata={
                "expected": "line_count = lines in records + rejected + blank, in every file",
                "found": f"{len(uneven)} files that do not add up",
                **({"files": dg.MetadataValue.table(records)} if records else {}),
            },
        )

    return every_line_is_accounted_for


def describe_uneven(uneven: Sequence[Mapping[str, str | int]]) -> str:
    """Say which logs do not add up; nothing is published of lines that are lost."""
    first, *others = uneven
    more = f", and of {len(others):,} more logs" if others else ""
    return (
        f"of the {first['line_count']:,} lines of {first['log_file_path']}{more} some are in no record and not "
        "rejected; "
        "please report it, and take the log out with `sightline forget`"
    )


def find_uneven_files(home: Home) -> list[dict[str, str | int]]:
    """Return the files whose lines do not add up, with their counts."""
    query = UNEVEN_FILES.format(
        files=_scan(home, LOG_FILES), records=_scan(home, LOG_RECORDS), rejected=_scan(home, REJECTED_LINES)
    )
    with open_files() as connection:
        return fetch_rows(connection, query)


def _scan(home: Home, table: Table) -> str:
    pattern = str(table_folder(home.lake, table) / "**" / "*.parquet").replace("'", "''")
    return f"read_parquet('{pattern}', union_by_name = true)"
