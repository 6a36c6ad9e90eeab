"""Checks that several suites make, and the limits they share.

A check that only one table needs is written out in that table's module.
"""

from expectations.suite import Check, Frame

BETWEEN = "ExpectColumnValuesToBeBetween"
NOT_NULL = "ExpectColumnValuesToNotBeNull"
NOT_IN_SET = "ExpectColumnValuesToNotBeInSet"
AT_LEAST_PAIR = "ExpectColumnPairValuesAToBeGreaterThanB"
ROW_COUNT = "ExpectTableRowCountToBeBetween"

DAY_MS = 86_400_000
FIRST_YEAR = 2000


def plausible_duration(frame: Frame, column: str, what: str) -> Check:
    """Return the check that a duration in milliseconds is not negative and below a day."""
    return Check(
        name=f"{column}_is_plausible",
        severity="critical",
        description=f"{what} takes no negative time, and less than a day.",
        why="A negative or endless duration means that a start was paired with another thing's end; every statistic "
        "built on it would be wrong.",
        frame=frame,
        expectation=BETWEEN,
        columns=(column,),
        arguments={"min_value": 0, "max_value": DAY_MS},
        expected="{min_value:,} to {max_value:,} ms",
    )


def started_before_ended(frame: Frame, what: str) -> Check:
    """Return the check that `ended_at` is not before `started_at`; rows without a clock are left out."""
    return Check(
        name="started_before_ended",
        severity="critical",
        description=f"{what} does not end before it starts.",
        why="An end before its start means a clock that was set back, or two recordings in one file.",
        frame=frame,
        expectation=AT_LEAST_PAIR,
        columns=("ended_at", "started_at"),
        arguments={"or_equal": True, "ignore_row_if": "either_value_is_missing"},
        expected="ended_at at or after started_at",
    )


def has_rows(frame: Frame, table: str, why: str) -> Check:
    """Return the check that a table is not empty; `frame` is one row with `row_count`."""
    return Check(
        name="has_rows",
        severity="warning",
        description=f"{table} has at least one row.",
        why=why,
        frame=frame,
        expectation=BETWEEN,
        columns=("row_count",),
        arguments={"min_value": 1},
        expected="at least {min_value} row",
        observed="{row_count:,} rows",
    )
