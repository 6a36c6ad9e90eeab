"""Errors: few for the work done, and placed in a flow."""

from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite

FACTS = Frame(
    """
    with flows as (select count(*) as flow_count from marts.fct_flows),
    errors as (
        select
            count(*) filter (where severity = 'error') as error_count,
            count(*) filter (where severity = 'error' and flow_id is not null) as placed_count
        from marts.fct_errors
    )
    select
        *,
        100.0 * error_count / nullif(flow_count, 0) as errors_per_hundred_flows,
        100.0 * placed_count / nullif(error_count, 0) as placed_pct
    from flows, errors
    """
)


def _errors_where(condition: str) -> str:
    return f"""
        select log_file_path, line_number, concat_ws(', ', sequence_name, handler_name, error_class) || ': '
            || coalesce(message, '') as label
        from marts.fct_errors where severity = 'error' and {condition}
        order by row_number() over (partition by message order by log_file_path, line_number),
            log_file_path, line_number
    """


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_errors",
    noun="errors",
    checks=(
        Check(
            name="errors_are_rare",
            severity="warning",
            description="There are at most 5 errors per 100 flows.",
            why="More is an application in trouble; the error page says where.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("errors_per_hundred_flows",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g} errors per 100 flows",
            observed="{error_count:,} errors in {flow_count:,} flows ({errors_per_hundred_flows:.2f} per 100)",
            examples=_errors_where("true"),
        ),
        Check(
            name="errors_are_placed",
            severity="info",
            description="At least 50% of the errors happened inside a flow.",
            why="An error outside every flow has no sequence, beat or handler to look at.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("placed_pct",),
            arguments={"min_value": 50.0},
            expected="at least {min_value:g}% of all errors",
            observed="{placed_count:,} of {error_count:,} errors ({placed_pct:.1f}%)",
            examples=_errors_where("flow_id is null"),
        ),
    ),
)
