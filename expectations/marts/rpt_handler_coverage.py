"""Handler coverage: what production runs is also tested."""

from expectations.plausible import AT_LEAST_PAIR, BETWEEN
from expectations.suite import Check, Frame, Suite

HANDLERS = Frame(
    """
    select
        covered_line_count, executable_line_count, code_file_path, code_line_number,
        concat_ws('.', plugin_name, handler_name) as label
    from reports.rpt_handler_coverage order by plugin_name, handler_name
    """
)

FACTS = Frame(
    """
    select
        count(*) filter (where is_used) as used_count,
        count(*) filter (where is_used and not is_tested) as used_untested_count,
        100.0 * count(*) filter (where is_used and not is_tested)
            / nullif(count(*) filter (where is_used), 0) as used_untested_pct
    from reports.rpt_handler_coverage
    """
)

SUITE = Suite(
    layer="marts",
    schema="reports",
    table="rpt_handler_coverage",
    noun="handlers",
    checks=(
        Check(
            name="covered_lines_exist",
            severity="critical",
            description="No handler has more covered lines than lines that can be covered.",
            why="Otherwise the coverage report speaks of other code than was scanned.",
            frame=HANDLERS,
            expectation=AT_LEAST_PAIR,
            columns=("executable_line_count", "covered_line_count"),
            arguments={"or_equal": True, "ignore_row_if": "either_value_is_missing"},
            expected="executable_line_count at or above covered_line_count",
        ),
        Check(
            name="most_used_handlers_are_tested",
            severity="info",
            page="coverage.html",
            description="At most 25% of the handlers production runs have no test.",
            why="Code that runs every day and that no test touches breaks first in production.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("used_untested_pct",),
            arguments={"max_value": 25.0},
            expected="at most {max_value:g}% of the handlers in use",
            observed="{used_untested_count:,} of {used_count:,} handlers in use ({used_untested_pct:.1f}%)",
            examples="""
                select code_file_path, code_line_number,
                    concat_ws('.', plugin_name, handler_name) || ' ran ' || execution_count || ' times' as label
                from reports.rpt_handler_coverage where is_used and not is_tested
                order by execution_count desc, label
            """,
        ),
    ),
)
