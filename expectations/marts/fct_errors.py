"""Errors: few for the work done, and placed in a flow."""

from expectations.plausible import BETWEEN
from expectations.suite import Check, Frame, Suite

# Failed requests are told apart from errors of the application: a service that is switched off makes hundreds of them.
# What only repeats the failure of a beat (is_consequence) is counted nowhere.
FACTS = Frame(
    """
    with flows as (select count(*) as flow_count from marts.fct_flows),
    errors as (
        select
            count(*) filter (where error_kind <> 'network_failed') as error_count,
            count(*) filter (where error_kind = 'network_failed') as request_count,
            count(*) filter (where flow_id is not null) as placed_count,
            count(*) as all_count
        from marts.fct_errors where severity = 'error' and not is_consequence
    )
    select
        *,
        100.0 * error_count / nullif(flow_count, 0) as errors_per_hundred_flows,
        100.0 * request_count / nullif(flow_count, 0) as requests_per_hundred_flows,
        100.0 * placed_count / nullif(all_count, 0) as placed_pct
    from flows, errors
    """
)


def _errors_where(condition: str) -> str:
    """One example per message first, so that five examples show five kinds of errors."""
    return f"""
        select log_file_path, line_number, concat_ws(', ', sequence_name, handler_name, error_class) || ': '
            || coalesce(message, '') as label
        from marts.fct_errors where severity = 'error' and not is_consequence and {condition}
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
            page="errors.html",
            description="There are at most 5 errors per 100 flows.",
            why="More is an application in trouble; the error page says where.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("errors_per_hundred_flows",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g} errors per 100 flows",
            observed="{error_count:,} errors in {flow_count:,} flows ({errors_per_hundred_flows:.2f} per 100)",
            examples=_errors_where("error_kind <> 'network_failed'"),
        ),
        Check(
            name="failed_requests_are_rare",
            severity="info",
            page="errors.html",
            description="At most 20 network requests per 100 flows fail.",
            why="A service was down, or an address is wrong; what waits for the answer is slow or wrong.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("requests_per_hundred_flows",),
            arguments={"max_value": 20.0},
            expected="at most {max_value:g} failed requests per 100 flows",
            observed="{request_count:,} failed requests in {flow_count:,} flows "
            "({requests_per_hundred_flows:.2f} per 100)",
            examples=_errors_where("error_kind = 'network_failed'"),
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
            observed="{placed_count:,} of {all_count:,} errors ({placed_pct:.1f}%)",
            examples=_errors_where("flow_id is null"),
        ),
    ),
)
