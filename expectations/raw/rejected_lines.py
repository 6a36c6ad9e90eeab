"""Rejected lines: what kind of lines they are. How many there may be is judged with the log files."""

from expectations.plausible import BETWEEN, NOT_IN_SET
from expectations.suite import Check, Frame, Suite

LINES = Frame(
    """
    select reason, byte_count, log_file_path, line_number, reason || ': ' || left(line_text, 120) as label
    from raw.rejected_lines order by log_file_path, line_number
    """
)

SUITE = Suite(
    layer="raw",
    schema="raw",
    table="rejected_lines",
    noun="rejected lines",
    checks=(
        Check(
            name="rejected_lines_are_text",
            severity="warning",
            description="No rejected line is binary or damaged.",
            why="Binary lines mean that a file is not a log, or was cut by a copy; no rule can ever read them.",
            frame=LINES,
            expectation=NOT_IN_SET,
            columns=("reason",),
            arguments={"value_set": ["binary", "damaged"]},
            expected="no line binary or damaged",
        ),
        Check(
            name="rejected_lines_are_short",
            severity="warning",
            description="No rejected line is longer than 1 MB.",
            why="A line of that size holds something else than a message; often a whole file was printed.",
            frame=LINES,
            expectation=BETWEEN,
            columns=("byte_count",),
            arguments={"max_value": 1_000_000},
            expected="at most {max_value:,} bytes",
        ),
        Check(
            name="continuations_have_a_record",
            severity="info",
            description="No rejected line is a continuation without a record above it.",
            why="An orphan continuation means that the beginning of the file was cut, or that the dialect does not "
            "know a way in which records begin.",
            frame=LINES,
            expectation=NOT_IN_SET,
            columns=("reason",),
            arguments={"value_set": ["orphan_continuation"]},
            expected="no orphan continuation",
        ),
    ),
)
