"""Scanned source files: the code was read, and holds tests."""

from expectations.plausible import BETWEEN, has_rows
from expectations.suite import Check, Frame, Suite

FACTS = Frame(
    """
    select
        count(*) as file_count,
        count(*) filter (where scan_status = 'skipped') as skipped_count,
        count(*) filter (where scan_status = 'partial') as partial_count,
        count(*) filter (where is_test) as test_file_count,
        coalesce(sum(test_count), 0)::bigint as test_count,
        100.0 * count(*) filter (where scan_status = 'skipped') / nullif(count(*), 0) as skipped_pct,
        100.0 * count(*) filter (where scan_status = 'partial') / nullif(count(*), 0) as partial_pct
    from raw.source_files
    """
)

ROWS = Frame("select count(*) as row_count from raw.source_files")


def _files_where(condition: str) -> str:
    return f"""
        select code_file_path, scan_status || coalesce(': ' || problem, '') as label
        from raw.source_files where {condition} order by code_file_path
    """


SUITE = Suite(
    layer="raw",
    schema="raw",
    table="source_files",
    noun="source files",
    checks=(
        has_rows(ROWS, "The table of scanned files", "Without code no handler leads to file and line."),
        Check(
            name="few_files_are_skipped",
            severity="warning",
            description="At most 10% of the files were skipped.",
            why="A skipped file is code that production may run and no page shows.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("skipped_pct",),
            arguments={"max_value": 10.0},
            expected="at most {max_value:g}% of the files",
            observed="{skipped_count:,} of {file_count:,} files ({skipped_pct:.1f}%)",
            examples=_files_where("scan_status = 'skipped'"),
        ),
        Check(
            name="few_files_have_syntax_errors",
            severity="warning",
            description="At most 2% of the files have parts that could not be parsed.",
            why="Functions in such parts are not found. A higher share means a language version the scanner does not "
            "know.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("partial_pct",),
            arguments={"max_value": 2.0},
            expected="at most {max_value:g}% of the files",
            observed="{partial_count:,} of {file_count:,} files ({partial_pct:.1f}%)",
            examples=_files_where("scan_status = 'partial'"),
        ),
        Check(
            name="tests_are_found",
            severity="info",
            description="The scanned code holds at least one test.",
            why="Without tests in the scanned folders every handler is shown as untested, true or not.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("test_count",),
            arguments={"min_value": 1},
            expected="at least {min_value} test",
            observed="{test_count:,} tests in {test_file_count:,} files",
        ),
    ),
)
