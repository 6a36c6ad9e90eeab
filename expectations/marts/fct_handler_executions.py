"""Handler executions: plausible times, few errors, and a known handler behind each."""

from expectations.plausible import BETWEEN, plausible_duration
from expectations.suite import Check, Frame, Suite

# The largest table: nothing but what the checks look at and what leads an example back to its line.
HANDLERS = Frame("select duration_ms, log_file_path, line_number from marts.fct_handler_executions")

FACTS = Frame(
    """
    select
        count(*) as execution_count,
        count(*) filter (where status = 'error') as error_count,
        count(*) filter (where handler_id is null) as unnamed_count,
        count(*) filter (where is_inferred) as inferred_count,
        count(duration_ms) as timed_count,
        100.0 * count(*) filter (where status = 'error') / nullif(count(*), 0) as error_pct,
        100.0 * count(*) filter (where handler_id is null) / nullif(count(*), 0) as unnamed_pct,
        100.0 * count(*) filter (where is_inferred) / nullif(count(*), 0) as inferred_pct
    from marts.fct_handler_executions
    """
)


def _executions_where(condition: str) -> str:
    return f"""
        select log_file_path, line_number, concat_ws('.', plugin_name, coalesce(handler_name, '?')) || ' for '
            || coalesce(topic, '?') || coalesce(': ' || error_message, '') as label
        from marts.fct_handler_executions where {condition} order by log_file_path, line_number
    """


SUITE = Suite(
    layer="marts",
    schema="marts",
    table="fct_handler_executions",
    noun="handler executions",
    checks=(
        plausible_duration(HANDLERS, "duration_ms", "A handler"),
        Check(
            name="few_handlers_fail",
            severity="warning",
            page="errors.html",
            description="At most 1% of the handler executions end with an error.",
            why="A handler that throws often does not fail its beat: the flow completes, and the work is not done.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("error_pct",),
            arguments={"max_value": 1.0},
            expected="at most {max_value:g}% of all handler executions",
            observed="{error_count:,} of {execution_count:,} handler executions ({error_pct:.2f}%)",
            examples=_executions_where("status = 'error'"),
        ),
        Check(
            name="most_handlers_are_known",
            severity="warning",
            description="At most 5% of the handler executions are of an unknown handler.",
            why="Their time belongs to nobody, and is missing from every handler's page.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("unnamed_pct",),
            arguments={"max_value": 5.0},
            expected="at most {max_value:g}% of all handler executions",
            observed="{unnamed_count:,} of {execution_count:,} handler executions ({unnamed_pct:.2f}%)",
            examples=_executions_where("handler_id is null"),
        ),
        Check(
            name="few_executions_are_inferred",
            severity="info",
            description="At most 20% of the handler executions are inferred.",
            why="An inferred execution is known from the trace it left, not from its own call; it has no duration.",
            frame=FACTS,
            expectation=BETWEEN,
            columns=("inferred_pct",),
            arguments={"max_value": 20.0},
            expected="at most {max_value:g}% of all handler executions",
            observed="{inferred_count:,} of {execution_count:,} handler executions ({inferred_pct:.2f}%)",
            examples=_executions_where("is_inferred"),
        ),
    ),
)
